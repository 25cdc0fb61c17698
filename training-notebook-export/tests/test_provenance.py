from subprocess import CompletedProcess

import pytest

from training import provenance as module
from training.errors import UserError
from training.files import sha256
from training.provenance import provenance

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def git(monkeypatch):
    """Replace git by one with an exit code and an output, or by none."""

    def answer(result):
        def run(*_, **__):
            if isinstance(result, Exception):
                raise result
            return CompletedProcess([], *result)

        monkeypatch.setattr(module.subprocess, "run", run)

    return answer


def test_a_model_comes_from_a_commit_data_and_libraries(csv, git, monkeypatch):
    git((0, f"{COMMIT}\n{'f' * 40}\n"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    data = csv("a\n1\n")
    origin = provenance(data, ["onnx"])
    assert origin["trained_at"] == "1970-01-01T00:00:00Z"
    assert origin["git_commit"] == COMMIT
    assert origin["data_sha256"] == sha256(data)
    assert origin["libraries"].keys() == {"python", "onnx"}


@pytest.mark.parametrize("result", [(128, "HEAD\n"), FileNotFoundError("git")])
def test_where_git_does_not_know_the_data_there_is_no_commit(csv, git, result):
    git(result)
    assert "git_commit" not in provenance(csv("a\n1\n"), [])


@pytest.mark.parametrize("epoch", ["today", "1.5", "9" * 30])
def test_a_time_that_is_none_is_refused(csv, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(UserError, match=rf"SOURCE_DATE_EPOCH is '{epoch}'\. Set it to whole"):
        provenance(csv("a\n1\n"), [])
