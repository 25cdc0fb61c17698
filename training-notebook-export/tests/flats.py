"""Rows of flats: numbers only, of all kinds of columns, and with empty cells."""

import numpy as np
import pandas as pd

RANDOM = np.random.default_rng(0)
FLATS = pd.DataFrame(
    {
        "area": RANDOM.uniform(20, 200, 120).round(1),
        "rooms": RANDOM.integers(1, 6, 120),
        "new": RANDOM.choice(["true", "false"], 120),
        "city": RANDOM.choice(["Boston", "Salem", "Lynn"], 120),
    }
)
FLATS["price"] = (5 * FLATS["area"] + 100 * (FLATS["city"] == "Boston") + 50).round()
NUMERIC = FLATS[["area", "rooms", "price"]]
GAPS = FLATS.assign(
    area=FLATS["area"].where(FLATS.index % 7 > 0), city=FLATS["city"].where(FLATS.index % 5 > 0)
)
