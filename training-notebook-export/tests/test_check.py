import copy
import re

import numpy as np
import pytest
from graphs import model, one_input_per_feature, sum_of_columns, value
from jsonschema import Draft202012Validator
from onnx import TensorProto, helper

from training.check import SCHEMA, check
from training.errors import UserError
from training.signature import read_signature

FULL = {
    "name": "flat-prices",
    "version": "1.0_b-2",
    "description": "What a flat costs.",
    "target": {
        "name": "price",
        "unit": "EUR",
        "description": "Asked for.",
        "histogram": {"edges": [1e5, 2e5, 9e5], "counts": [9, 0]},
    },
    "features": [
        {
            "name": "area",
            "type": "double",
            "unit": "m²",
            "description": "Of the flat.",
            "min": 20,
            "max": 200.5,
            "mean": 60,
            "missing": "allowed",
            "histogram": {"edges": [20, 60.5, 200.5], "counts": [7, 2]},
        },
        {"name": "rooms", "type": "double", "min": 3, "max": 3, "mean": 3},
    ],
    "metrics": {"rmse": 0, "mae": 0.5, "r2": -3, "rows": 9, "folds": 3},
    "held_out": {"rmse": 1, "mae": 0.5, "r2": -2, "rows": 4},
    "interval": {
        "level": 0.9,
        "method": "split conformal",
        "output": "interval",
        "calibration_rows": 9,
        "coverage": 0.91,
    },
    "trained_at": "2026-02-28T23:59:59Z",
    "git_commit": "0123456789abcdef" * 2 + "01234567",
    "data_sha256": "0123456789abcdef" * 4,
    "libraries": {"scikit-learn": "1.9.1"},
    "example": {"area": 60.5, "rooms": 3},
    "background": [[60.5, 3], [None, 3]],
    "fingerprint": {
        "columns": ["area", "rooms"],
        "rows": 6,
        "distinct": 4,
        "bits": 48,
        "hashes": 8,
        "false_positive_rate": 0.0031,
        "sha256": "56ac0a42d31783fce8c51ce35add0a168ebf0789b71b61462c4ef220f879f945",
        "filter": "pZV72ir1",
    },
    "x-team": ["anything"],
}
OFFSETS = {"level": 0.9, "method": "split conformal", "lower": -1, "upper": 0}


def with_interval():
    """Return a graph of two doubles with the outputs prediction and interval."""
    nodes = [
        helper.make_node("Gather", ["x", "first"], ["predict"], axis=1),
        helper.make_node("Identity", ["x"], ["interval"]),
    ]
    shape = ["N", 2]
    outputs = [
        value("predict", TensorProto.DOUBLE),
        value("interval", TensorProto.DOUBLE, shape),
    ]
    return model(nodes, [value("x", TensorProto.DOUBLE, shape)], outputs, {"first": np.int64([0])})


SIGNATURE = read_signature(with_interval())


def changed(path, new, card=FULL):
    """Return a card with the value at a dotted path replaced; `...` removes it."""
    card = copy.deepcopy(card)
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = card
    for step in parents:
        place = place[step]
    if new is ...:
        del place[last]
    else:
        place[last] = new
    return card


def test_the_schema_is_valid():
    Draft202012Validator.check_schema(SCHEMA)


def test_a_long_value_hides_no_fault():
    with pytest.raises(UserError, match=r"\$\.features\[0\]\.name: 'aaa.* … a+' is too long\. Co"):
        check(changed("features.0.name", "a" * 100_000), SIGNATURE)


def test_the_schema_refers_to_nothing_outside():
    references = re.findall(r"'\$ref': '(.*?)'", str(SCHEMA))
    assert references
    assert all(reference.startswith("#/$defs/") for reference in references)


@pytest.mark.parametrize(
    "card",
    [
        FULL,
        {key: FULL[key] for key in ("name", "version", "target", "features")},
        changed("interval", OFFSETS),
        changed("metrics.folds", ...),
        changed("held_out", ...),
        changed("fingerprint", ...),
        changed("features.0.mean", ...),
        changed("name", "a" * 40),
        changed("version", "V" * 40),
    ],
)
def test_a_card_may_be_full_or_leave_out_what_is_optional(card):
    check(card, SIGNATURE)


@pytest.mark.parametrize(
    ("path", "new", "fault"),
    [
        ("name", ..., "'name' is a required property"),
        ("version", ..., "'version' is a required property"),
        ("target", ..., "'target' is a required property"),
        ("features", ..., "'features' is a required property"),
        ("name", "Flat", "$.name: 'Flat' does not match"),
        ("name", "flat-", "$.name: 'flat-' does not match"),
        ("name", "flat\n", r"$.name: 'flat\n' does not match"),
        ("name", "a" * 41, "is too long"),
        ("version", "", "$.version: '' does not match"),
        ("version", "1@2", "$.version: '1@2' does not match"),
        ("version", "1" * 41, "does not match"),
        ("version", 1, "$.version: 1 is not of type 'string'"),
        ("team", "x", "$: 'team' does not match any of the regexes: '^x-'"),
        ("target.name", ..., "$.target: 'name' is a required property"),
        ("target.currency", "EUR", "$.target: Additional properties are not allowed"),
        ("features", [], "$.features: [] should be non-empty"),
        ("features.0.name", "", "$.features[0].name: '' should be non-empty"),
        ("features.0.name", "a" * 201, "is too long"),
        ("features.0.type", "float64", "$.features[0].type: 'float64' is not one of"),
        ("features.0.typo", 1, "$.features[0]: Additional properties are not allowed"),
        ("features.0.missing", True, "$.features[0].missing: 'allowed' was expected"),
        ("features.0.min", "20", "$.features[0].min: '20' is not of type 'number'"),
        (
            "features.0.type",
            "string",
            "$.features[0]: 'min' is not one of ['name', 'type', 'input',",
        ),
        ("target.histogram", {"counts": {"a": 1}}, "$.target.histogram: 'edges' is a required"),
        ("target.histogram.counts", ..., "$.target.histogram: 'counts' is a required property"),
        ("target.histogram.counts.0", 0.5, "0.5 is not of type 'integer'"),
        ("target.histogram.min", 1, "$.target.histogram: Additional properties are not allowed"),
        ("target.histogram.counts", [9], "the target does not have a count between every two"),
        ("target.histogram.edges.1", 9e5, "the edges of the target do not rise"),
        ("features.0.histogram", {"edges": [1, 2]}, "$.features[0].histogram: 'counts' is a req"),
        ("features.0.histogram.counts", {"a": 1}, "{'a': 1} is not of type 'array'"),
        ("features.0.histogram.counts.0", -7, "-7 is less than the minimum of 0"),
        ("features.0.histogram.edges", ..., "$.features[0].histogram: 'edges' is a required"),
        ("features.0.histogram.counts", [9], "feature area does not have a count between every"),
        ("features.0.histogram.edges.1", 20, "the edges of feature area do not rise"),
        ("background", [], "$.background: [] should be non-empty"),
        ("background", [[60.5, 3]] * 101, "is too long"),
        ("background.0", {"area": 1}, "$.background[0]: {'area': 1} is not of type 'array'"),
        ("background.0", [60.5], "row 0 of the background has 1 values for 2 features"),
        ("background.1", [60.5, None], "row 1 of the background has None for rooms and no double"),
        ("background.0", [60.5, "3"], "row 0 of the background has '3' for rooms and no double"),
        ("features.0.type", "int32", "$.features[0]: 'missing' is not one of ['name', 'type',"),
        ("metrics.rmse", -1, "$.metrics.rmse: -1 is less than the minimum of 0"),
        ("metrics.mae", -1, "$.metrics.mae: -1 is less than the minimum of 0"),
        ("metrics.r2", 1.5, "$.metrics.r2: 1.5 is greater than the maximum of 1"),
        ("metrics.r2", ..., "$.metrics: 'r2' is a required property"),
        ("metrics.rows", 2.5, "$.metrics.rows: 2.5 is not of type 'integer'"),
        ("metrics.folds", 1, "$.metrics.folds: 1 is less than the minimum of 2"),
        ("metrics.mse", 1, "$.metrics: Additional properties are not allowed"),
        ("held_out.rmse", -1, "$.held_out.rmse: -1 is less than the minimum of 0"),
        ("held_out.rows", 1, "$.held_out.rows: 1 is less than the minimum of 2"),
        ("held_out.folds", 5, "$.held_out: Additional properties are not allowed"),
        ("fingerprint.columns", [], "$.fingerprint.columns: [] should be non-empty"),
        ("fingerprint.columns", ["a", "a"], "$.fingerprint.columns: ['a', 'a'] has non-unique"),
        ("fingerprint.columns", ["price"], "the fingerprint's columns name the target price"),
        ("fingerprint.distinct", 0, "$.fingerprint.distinct: 0 is less than the minimum of 1"),
        ("fingerprint.distinct", 7, "the fingerprint is of 7 different rows among 6"),
        ("fingerprint.bits", 47, "$.fingerprint.bits: 47 is not a multiple of 24"),
        ("fingerprint.bits", 12582936, "12582936 is greater than the maximum of 12582912"),
        ("fingerprint.bits", 72, "the fingerprint's filter has 8 characters and its bits take 12"),
        ("fingerprint.hashes", 17, "$.fingerprint.hashes: 17 is greater than the maximum of 16"),
        ("fingerprint.hashes", ..., "$.fingerprint: 'hashes' is a required property"),
        ("fingerprint.false_positive_rate", 0, "0 is less than or equal to the minimum of 0"),
        ("fingerprint.false_positive_rate", 0.51, "0.51 is greater than the maximum of 0.5"),
        ("fingerprint.filter", "pZV72ir-", "$.fingerprint.filter: 'pZV72ir-' does not match"),
        ("fingerprint.filter", "pZV72ir0", "fingerprint's filter is damaged: its SHA-256 is "),
        ("fingerprint.filter", "pZV72", "filter has 5 characters and its bits take 8"),
        ("fingerprint.seed", 1, "$.fingerprint: Additional properties are not allowed"),
        ("interval.level", 0, "$.interval.level: 0 is less than or equal to the minimum of 0"),
        ("interval.level", 1, "$.interval.level: 1 is greater than or equal to the maximum of 1"),
        ("interval.method", "", "$.interval.method: '' should be non-empty"),
        ("interval.lower", -1, "$.interval: 'lower' is not one of ['level', 'method', 'output',"),
        ("interval.output", ..., "$.interval: 'lower' is a required property"),
        ("interval.coverage", 1.1, "$.interval.coverage: 1.1 is greater than the maximum of 1"),
        ("interval.calibration_rows", 0, "$.interval.calibration_rows: 0 is less than"),
        ("interval.width", 1, "$.interval: Additional properties are not allowed"),
        ("interval", OFFSETS | {"lower": 1}, "$.interval.lower: 1 is greater than the maximum"),
        ("interval", OFFSETS | {"upper": -1}, "$.interval.upper: -1 is less than the minimum"),
        ("trained_at", "2026-02-28", "$.trained_at: '2026-02-28' does not match"),
        ("trained_at", "2026-02-30T00:00:00Z", "trained_at: day is out of range for month"),
        ("git_commit", "abc", "$.git_commit: 'abc' does not match"),
        ("data_sha256", "abc", "$.data_sha256: 'abc' does not match"),
        ("libraries.onnx", 1, "$.libraries.onnx: 1 is not of type 'string'"),
        ("example.area", None, "$.example.area: None is not of type"),
        ("features.1.name", "area", "feature area is listed 2 times"),
        ("features.0.min", 61, "feature area does not have min <= mean <= max"),
        ("features.0.max", 59, "feature area does not have min <= mean <= max"),
        ("example.rooms", ..., "feature rooms is not in the example"),
        ("example.floor", 1, "feature floor is unknown"),
        ("example.rooms", "3", "the example's rooms is '3' and no double"),
        ("example.rooms", True, "the example's rooms is True and no double"),
        ("features.1.type", "float", "feature rooms is float, the graph takes double"),
        ("features", FULL["features"][:1], "x double[N,2] takes 2 columns and 1 are named: area"),
        ("interval.output", "bounds", "the interval's output bounds is no [N, 2] output"),
        ("interval.output", "predict", "the interval's output predict is no [N, 2] output"),
    ],
)
def test_a_fault_is_named(path, new, fault):
    with pytest.raises(UserError) as error:
        check(changed(path, new), SIGNATURE)
    message = str(error.value)
    assert message.startswith("The model card is not valid: ")
    assert fault in message
    assert message.endswith(". Correct the card, or write it again with the command 'card'.")


def test_every_fault_is_named():
    with pytest.raises(UserError, match=r"\$\.name: .*'Flat'.*; \$\.version: 2 is not"):
        check(FULL | {"name": "Flat", "version": 2}, SIGNATURE)


def test_a_document_that_is_no_object_is_no_card():
    with pytest.raises(UserError, match=r"\$: \[\] is not of type 'object'"):
        check([], SIGNATURE)


PER_FEATURE = {
    "name": "flats",
    "version": "1",
    "target": {"name": "price"},
    "features": [
        {"name": "city", "type": "string"},
        {"name": "rooms", "type": "int64"},
        {"name": "area", "type": "float"},
        {"name": "is_new", "type": "bool"},
    ],
    "example": {"city": "Boston", "rooms": 3, "area": 60.5, "is_new": False},
}


@pytest.mark.parametrize(
    ("example", "fault"),
    [
        ({"city": 1}, "the example's city is 1 and no string"),
        ({"rooms": 2.5}, "the example's rooms is 2.5 and no int64"),
        ({"rooms": 2**63}, "the example's rooms is 9223372036854775808 and no int64"),
        ({"area": 1e39}, "the example's area is 1e+39 and no float"),
        ({"is_new": 0}, "the example's is_new is 0 and no bool"),
    ],
)
def test_an_example_is_of_the_features_types(example, fault):
    signature = read_signature(one_input_per_feature())
    check(PER_FEATURE, signature)
    with pytest.raises(UserError, match=fault.replace("+", r"\+")):
        check(PER_FEATURE | {"example": PER_FEATURE["example"] | example}, signature)


def test_features_of_a_graph_with_named_inputs_are_these_inputs():
    features = [*PER_FEATURE["features"][1:], {"name": "town", "type": "string"}]
    card = {key: value for key, value in PER_FEATURE.items() if key != "example"}
    with pytest.raises(UserError, match=r"input city string\[N,1\]; there is no input town for"):
        check(card | {"features": features}, read_signature(one_input_per_feature()))


@pytest.mark.parametrize("city", ["🏠", "a\0b"])
def test_texts_that_the_runtime_alters_in_java_are_faults(city):
    card = {**PER_FEATURE, "example": {**PER_FEATURE["example"], "city": city}}
    with pytest.raises(UserError, match="and no string that ONNX Runtime for Java passes on"):
        check(card, read_signature(one_input_per_feature()))


def test_a_graph_without_a_fixed_number_of_columns_takes_any():
    signature = read_signature(sum_of_columns(TensorProto.DOUBLE, columns="K"))
    check(changed("interval", ...), signature)


def three_outputs(shape=("N", 1)):
    """Return a graph of two doubles with three outputs of the same shape."""
    weights = np.ones((2, *shape[1:]))
    nodes = [helper.make_node("MatMul", ["x", "w"], [name]) for name in ("low", "mid", "high")]
    outputs = [value(name, TensorProto.DOUBLE, shape) for name in ("low", "mid", "high")]
    inputs = [value("x", TensorProto.DOUBLE, ["N", 2])]
    return read_signature(model(nodes, inputs, outputs, {"w": weights}))


BOUNDS = {"level": 0.9, "method": "quantiles", "outputs": ["low", "high"]}
LEVELS = {"name": "price", "output": "mid", "levels": [0.05, 0.5, 0.95]}


@pytest.mark.parametrize(
    ("target", "interval", "shape"),
    [
        ({"name": "price"}, BOUNDS, ["N", 1]),
        ({"name": "price", "output": "mid"}, BOUNDS, ["N"]),
        ({"name": "price", "output": "mid"}, OFFSETS, ["N", 1]),
        (LEVELS, {"level": 0.9, "method": "quantiles", "output": "mid"}, ["N", 3]),
    ],
)
def test_a_card_may_name_the_outputs(target, interval, shape):
    check(FULL | {"target": target, "interval": interval}, three_outputs(shape))


@pytest.mark.parametrize(
    ("target", "interval", "fault"),
    [
        (
            {"name": "price"},
            OFFSETS,
            "names no output, and 3 can be the prediction: low, mid, high",
        ),
        ({"name": "price", "output": "middle"}, OFFSETS, r"output middle is no \[N, 1\] output"),
        (LEVELS, OFFSETS, r"output mid is no \[N, 3\] output"),
        ({"name": "price"}, BOUNDS | {"outputs": ["low", "top"]}, r"output top is no \[N, 1\]"),
        (LEVELS | {"levels": [0.5, 0.05]}, OFFSETS, "levels do not rise"),
    ],
)
def test_outputs_that_do_not_fit_are_faults(target, interval, fault):
    with pytest.raises(UserError, match=fault):
        check(FULL | {"target": target, "interval": interval}, three_outputs())


def test_the_level_is_that_of_the_outermost_quantiles():
    interval = {"level": 0.8, "method": "quantiles", "output": "mid"}
    with pytest.raises(UserError, match=r"level 0.8, its outermost levels are \[0.05, 0.5, 0.95\]"):
        check(FULL | {"target": LEVELS, "interval": interval}, three_outputs(["N", 3]))


KINDS = {"city": "string", "rooms": "int64", "area": "float", "is_new": "bool"}


def refusing_unknown(name, histogram):
    """Return the card of `one_input_per_feature` with a feature that refuses unknown categories."""
    features = [{"name": feature, "type": kind} for feature, kind in KINDS.items()]
    features[list(KINDS).index(name)] |= {"unknown": "refused"} | histogram
    return {key: FULL[key] for key in ("name", "version", "target")} | {"features": features}


def test_unknown_categories_of_a_string_may_be_refused():
    card = refusing_unknown("city", {"histogram": {"counts": {"Boston": 3}}})
    check(card, read_signature(one_input_per_feature()))


@pytest.mark.parametrize(
    ("name", "histogram", "fault"),
    [
        ("city", {}, "'histogram' is a required property"),
        ("is_new", {"histogram": {"counts": {"true": 3}}}, "'string' was expected"),
    ],
)
def test_only_a_string_with_a_histogram_refuses_unknown_categories(name, histogram, fault):
    with pytest.raises(UserError, match=fault):
        check(refusing_unknown(name, histogram), read_signature(one_input_per_feature()))
