"""The schema and `check` accept the same cards and refuse the same.

`CardsTest` tests the same for the function. Each case changes the card in cards.json: it replaces
the value at a path, or removes it if the case has no value.
"""

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from test_check import SIGNATURE

from training.check import SCHEMA, check
from training.errors import UserError

CARDS = json.loads(Path(__file__).with_name("cards.json").read_text(encoding="utf-8"))


def changed(*changes):
    card = copy.deepcopy(CARDS["card"])
    for path, *new in changes:
        *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place = card
        for step in parents:
            place = place[step]
        if new:
            [place[last]] = new
        else:
            del place[last]
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
def test_right(changes):
    assert is_valid(changed(*changes))
    check(changed(*changes), SIGNATURE)


def test_wrong():
    cards = {str(change): changed(change) for change in CARDS["wrong"]}
    assert [change for change, card in cards.items() if is_valid(card)] == []
    assert [change for change, card in cards.items() if not is_refused(card)] == []


def test_wrong_beyond_the_schema():
    cards = {str(change): changed(change) for change in CARDS["wrong_beyond_the_schema"]}
    assert all(map(is_valid, cards.values()))
    assert [change for change, card in cards.items() if not is_refused(card)] == []


def test_wrong_background():
    cards = {str(change): changed(change) for change in CARDS["wrong_background"]}
    assert [change for change, card in cards.items() if not is_refused(card)] == []
