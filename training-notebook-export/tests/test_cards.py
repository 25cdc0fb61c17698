"""The schema and `check` accept the same cards and refuse the same.

`CardsTest` tests the same for the function. Each case changes the card in cards.json: it replaces
the value at a path, or removes it if the case has no value. The cases `…_texts` replace it by a
text as it stands in the file, where @(63) is 63 nested arrays.
"""

import json
import re
from pathlib import Path

import pytest
import test_check
from jsonschema import Draft202012Validator
from onnx import ModelProto, StringStringEntryProto
from test_check import SIGNATURE

from training.card import KEY, read_card
from training.check import SCHEMA, check
from training.errors import UserError

CARDS = json.loads(Path(__file__).with_name("cards.json").read_text(encoding="utf-8"))


def changed(*changes):
    card = CARDS["card"]
    for path, *new in changes:
        card = test_check.changed(path, new[0] if new else ..., card)
    return card


def is_refused(card):
    try:
        check(card, SIGNATURE)
    except UserError:
        return True
    return False


def is_valid(card):
    return Draft202012Validator(SCHEMA).is_valid(card)


@pytest.mark.parametrize("changes", CARDS["right"], ids=str)
def test_valid_cards_are_accepted_by_schema_and_check(changes):
    assert is_valid(changed(*changes))
    check(changed(*changes), SIGNATURE)


def test_what_the_schema_refuses_check_refuses():
    cards = {str(change): changed(change) for change in CARDS["wrong"]}
    assert [change for change, card in cards.items() if is_valid(card)] == []
    assert [change for change, card in cards.items() if not is_refused(card)] == []


def test_check_refuses_what_no_schema_can():
    cards = {str(change): changed(change) for change in CARDS["wrong_beyond_the_schema"]}
    assert all(map(is_valid, cards.values()))
    assert [change for change, card in cards.items() if not is_refused(card)] == []


def test_check_refuses_a_background_of_other_types():
    cards = {str(change): changed(change) for change in CARDS["wrong_background"]}
    assert [change for change, card in cards.items() if not is_refused(card)] == []


def written(path, text):
    arrays = re.sub(r"@\((\d+)\)", lambda depth: "[" * int(depth[1]) + "]" * int(depth[1]), text)
    card = json.dumps(changed([path, "here"])).replace('"here"', arrays)
    return ModelProto(metadata_props=[StringStringEntryProto(key=KEY, value=card)])


@pytest.mark.parametrize("change", CARDS["right_texts"], ids=str)
def test_a_card_may_be_written_in_any_json(change):
    check(read_card(written(*change)), SIGNATURE)


@pytest.mark.parametrize("change", CARDS["wrong_texts"], ids=str)
def test_a_card_that_the_function_could_not_read_is_refused(change):
    with pytest.raises(UserError):
        check(read_card(written(*change)), SIGNATURE)
