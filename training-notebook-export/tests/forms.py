"""Graphs of every form that exporters write, and what becomes of each: served, or refused.

The tests of the function read forms.json, too, which this file is written into by

    PYTHONPATH=..:. ../target/venv/bin/python -m forms

What the function serves gets a card here, and what gets a card here it serves.
"""

import base64
import json
import sys
import zlib
from pathlib import Path

from form import Form

FILE = Path(__file__).with_name("forms.json")


def _each(inputs: str, **others) -> list[Form]:
    """Return a form for each element type, which replaces the word TYPE."""
    return [
        Form(inputs.replace("TYPE", kind), inputs.replace("TYPE", kind), **others)
        for kind in ("float", "double", "float16", "int64", "int32", "bool", "string")
    ]


NO_ROWS = "which is not [N], [N, 1] or [N, k] with N open or 1"
NOT_TAKEN = "A regression model takes inputs [N], [N, 1] or [N, k]"
ALTERED = "characters beyond U+FFFF, such as emoji, which ONNX Runtime for Java alters"
ALTERS = "a character beyond U+FFFF, such as emoji, which ONNX Runtime for Java alters"

FORMS = [
    # One input for all features.
    *_each("x TYPE[N,3]", features="a,b,c"),
    *_each("x TYPE[N]"),
    *_each("x TYPE[N,1]"),
    *_each("x TYPE[1,2]", features="a,b"),
    Form("open columns", "x float[N,K]", features="a,b,c"),
    Form("sizes of -1", "x float[-1,2]", features="a,b"),
    Form("one row of open columns", "x float[1,K]", features="a,b", outputs="y float[1,1]"),
    Form("one value", "x float[1]", outputs="y float[1]"),
    Form("one value, renamed", "x int64[N]", features="rooms"),
    Form(
        "two names for one column",
        "x float[N,1]",
        features="a,b",
        function="but 2 features",
        training="takes 1 columns and 2",
    ),
    Form(
        "too few names",
        "x float[N,3]",
        features="a,b",
        function="but 2 features",
        training="takes 3 columns and 2",
    ),
    Form("names with equal signs", "x float[N,2]", features="sex=m,sex=f"),
    Form("names of other scripts", "x float[N,2]", features="größe,特徴"),
    # One input for each feature.
    Form("inputs [N,1]", "a float[N,1]; b int64[N,1]; c string[N,1]; d bool[N,1]"),
    Form("inputs [N]", "a double[N]; b int32[N]; c string[N]; d float16[N]"),
    Form("both", "a double[N,1]; b int32[N]"),
    Form("in another order", "a double[N,1]; b int32[N]", features="b,a"),
    Form("one row each", "a float[1,1]; b string[1]", outputs="y float[1,1]"),
    Form(
        "an input without a feature",
        "a float[N,1]; b float[N,1]",
        features="a",
        function="for which no feature is named",
        training="no feature is named for the input b",
    ),
    Form(
        "a feature without an input",
        "a float[N,1]; b float[N,1]",
        features="a,c",
        function='has no input "c"',
        training="there is no input c",
    ),
    # Blocks.
    Form("a block and ids", "num float[N,3]; cat int64[N,2]", features="num=a,b,c;cat=d,e"),
    Form("ids first", "num float[N,3]; cat int64[N,2]", features="cat=d,e;num=a,b,c"),
    Form(
        "columns of a block apart",
        "num double[N,2]; cat string[N,2]",
        features="num=a;cat=c;num=b;cat=d",
    ),
    Form(
        "a block and single inputs",
        "num float[N,2]; sex string[N,1]; age int32[N]",
        features="num=a,b;sex;age=years",
    ),
    Form("blocks of open columns", "num float[N,K]; cat int64[N,M]", features="num=a,b,c;cat=d"),
    Form("blocks of one row", "num float[1,2]; cat int64[1,2]", features="num=a,b;cat=c,d"),
    Form(
        "blocks of every type",
        "f float[N,2]; d double[N,2]; h float16[N,2]; l int64[N,2]; "
        "i int32[N,2]; b bool[N,2]; s string[N,2]",
        features="f=f1,f2;d=d1,d2;h=h1,h2;l=l1,l2;i=i1,i2;b=b1,b2;s=s1,s2",
    ),
    Form(
        "a block too many",
        "num float[N,2]; cat int64[N,2]",
        features="num=a,b;cat=c,d;dog=e",
        function='has no input "dog"',
        training="'dog=e'",
    ),
    Form(
        "a block too few",
        "num float[N,2]; cat int64[N,2]",
        features="num=a,b",
        function="for which no feature is named",
        training="no feature is named for the input cat",
    ),
    Form(
        "a block with a column too few",
        "num float[N,2]; cat int64[N,2]",
        features="num=a;cat=c,d",
        function="but 1 features are named for it: [a]",
        training="num float[N,2] takes 2 columns and 1 are named: a",
    ),
    Form(
        "a name in two blocks",
        "num float[N,2]; cat int64[N,2]",
        features="num=a,b;cat=b,c",
        function="have the same name twice",
        training="The feature b is named twice",
    ),
    Form(
        "blocks without a word which",
        "num float[N,2]; cat int64[N,2]",
        features="a,b,c,d",
        function="does not say for which of them",
        training="does not say for which of them",
    ),
    # Inputs that no row can fill.
    Form(
        "unsigned",
        "x uint8[N,2]",
        features="a,b",
        function="of a type that rows cannot fill",
        training=NOT_TAKEN,
    ),
    Form("short", "x int8[N]", function="of a type that rows cannot fill", training=NOT_TAKEN),
    Form(
        "unsigned beside float",
        "x float[N,2]; z uint32[N]",
        features="x=a,b;z",
        function="of a type that rows cannot fill",
        training=NOT_TAKEN,
    ),
    Form("a picture", "x float[N,3,8]", features="a,b,c", function=NO_ROWS, training=NOT_TAKEN),
    Form("a fixed batch", "x float[4,3]", features="a,b,c", function=NO_ROWS, training=NOT_TAKEN),
    Form(
        "no columns", "x float[N,0]; z float[N]", features="z", function=NO_ROWS, training=NOT_TAKEN
    ),
    Form("a number", "x float[]", function=NO_ROWS, training=NOT_TAKEN),
    # Outputs.
    Form("an output [N]", "x float[N,2]", "y float[N]", features="a,b"),
    Form("an output [N] of double", "x float[N,2]", "y double[N]", features="a,b"),
    Form("an output of float16", "x float[N,2]", "y float16[N,1]", features="a,b"),
    Form("an output of open columns", "x float[N,2]", "y double[N,K]", features="a,b"),
    Form("an output without a shape", "x float[N,2]", "y double[?]", features="a,b"),
    Form("as skl2onnx declares PLSRegression", "x float[N,3]", "y float[N,3]!", features="a,b,c"),
    Form("an output of one row only in name", "x float[N,2]", "y float[1,1]!", features="a,b"),
    Form(
        "two outputs",
        "x float[N,2]",
        "y float[N,1]; z float[N,1]",
        features="a,b",
        function="has 2 outputs that can be the prediction",
        training="has 2 outputs [N] or [N, 1] that can be",
    ),
    Form(
        "two outputs, one named",
        "x float[N,2]",
        "y float[N,1]; z float[N,1]",
        features="a,b",
        output="z",
    ),
    Form(
        "a wrong name",
        "x float[N,2]",
        "y float[N,1]; z float[N,1]",
        features="a,b",
        output="q",
        function='has no output "q"',
        training="has no output q",
    ),
    Form("a label beside it", "x float[N,2]", "y float[N,1]; label int64[N]", features="a,b"),
    Form(
        "bounds in two outputs",
        "x float[N,2]",
        "y float[N,1]; lo float[N,1]; hi float[N]",
        features="a,b",
        interval="lo,hi",
        level=0.9,
    ),
    Form(
        "bounds in one output",
        "x float[N,2]",
        "y float[N,1]; both double[N,2]",
        features="a,b",
        interval="both",
        level=0.8,
    ),
    Form(
        "bounds that are not there",
        "x float[N,2]",
        "y float[N,1]",
        features="a,b",
        interval="lo,hi",
        level=0.9,
        function='the output "lo" as interval',
        training="has no output lo [N] or [N, 1]",
    ),
    Form("quantiles", "x float[N,2]", "q float[N,3]", features="a,b", levels="0.05,0.5,0.95"),
    Form(
        "quantiles of a block",
        "num float[N,2]; cat int64[N,2]",
        "q double[N,5]",
        features="num=a,b;cat=c,d",
        levels="0.05,0.25,0.5,0.75,0.95",
    ),
    Form(
        "quantiles beside another output",
        "x float[N,2]",
        "y float[N,1]; q float[N,3]",
        features="a,b",
        output="q",
        levels="0.1,0.5,0.9",
    ),
    Form(
        "quantiles without levels",
        "x float[N,2]",
        "q float[N,3]",
        features="a,b",
        function="predicts several numbers for each row",
        training="has no outputs [N] or [N, 1]",
    ),
    Form(
        "levels without a median",
        "x float[N,2]",
        "q float[N,2]",
        features="a,b",
        levels="0.1,0.9",
        function="0.5 among them",
        training="0.5 among them",
    ),
    Form(
        "too few levels",
        "x float[N,2]",
        "q float[N,4]",
        features="a,b",
        levels="0.1,0.5,0.9",
        function="has no outputs [N, 3]",
        training="has no outputs [N, 3]",
    ),
    Form(
        "only a label",
        "x float[N,2]",
        "label int64[N]",
        features="a,b",
        function="has no output of one float or double",
        training="A regression model gives one float or double",
    ),
    Form(
        "only a text",
        "x float[N,2]",
        "label string[N]",
        features="a,b",
        function="has no output of one float or double",
        training="A regression model gives one float or double",
    ),
    # Operators.
    Form("an unused Dropout", "x float[N,2]", features="a,b", operator="Dropout"),
    Form(
        "random numbers",
        "x float[N,2]",
        features="a,b",
        operator="RandomUniformLike",
        function="uses random numbers (RandomUniformLike)",
        training="uses random numbers (RandomUniformLike)",
    ),
    # Names.
    Form("an input with emoji", "🏠 float[N,1]", function=ALTERED, training=ALTERS),
    Form(
        "an input that ends with emoji",
        "size🏠 float[N,2]",
        features="a,b",
        function=ALTERED,
        training=ALTERS,
    ),
    Form(
        "an output with emoji", "x float[N,1]", "🏠 float[N,1]", function=ALTERED, training=ALTERS
    ),
    Form("a feature with emoji", "x float[N,2]", features="🏠,b"),
    Form("an input that ends with ð", "stað float[N,1]; größe double[N]"),
    Form("blanks and quotes", "living area float[N,1]; it's double[N]"),
]


def packed(content: bytes) -> str:
    """Return bytes as text: compressed by zlib, in base64."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


if __name__ == "__main__":
    from test_forms import describe

    text = json.dumps([describe(form) for form in FORMS], indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")
    sys.exit(0)
