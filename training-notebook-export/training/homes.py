"""Synthetic homes, in the manner of the California housing data; every number is drawn.

Those data, none of which is here: Pace, Barry: Sparse spatial autoregressions, Statistics &
Probability Letters 33 (1997).
"""

import numpy as np
import pandas as pd

# Proximity to the ocean → share of homes, latitude, longitude, logarithm of a factor of the value.
PLACES = {
    "bay": (0.25, 37.7, -122.2, 0.45),
    "coast": (0.20, 33.9, -118.4, 0.40),
    "near coast": (0.30, 33.8, -117.8, 0.15),
    "inland": (0.25, 36.6, -119.7, -0.30),
}
NOISE = 0.15


def draw(rows: int, seed: int) -> pd.DataFrame:
    """Return homes with `income` (10 000 USD a year), `house_age` (years, whole), `rooms`,
    `latitude`, `longitude`, `ocean_proximity` (one of `PLACES`) and `median_value` (USD).
    """
    random = np.random.default_rng(seed)
    share, latitude, longitude, factor = np.array(list(PLACES.values())).T
    place = random.choice(len(PLACES), size=rows, p=share)
    income = np.clip(random.lognormal(np.log(3.8), 0.45, rows), 0.5, 15)
    age = random.integers(1, 53, rows)
    count = np.clip(random.normal(3.5 + 0.5 * income, 0.8), 1, 15)
    north, east = random.normal(0, 0.3, (2, rows))
    log_value = (
        np.log(60_000)
        + 0.6 * np.log(income)
        + factor[place]
        + 0.003 * age
        + 0.04 * count
        - 0.4 * np.hypot(north, east)
        + random.normal(0, NOISE, rows)
    )
    return pd.DataFrame(
        {
            "income": income.round(4),
            "house_age": age,
            "rooms": count.round(2),
            "latitude": (latitude[place] + north).round(3),
            "longitude": (longitude[place] + east).round(3),
            "ocean_proximity": np.array(list(PLACES), dtype=object)[place],
            "median_value": np.exp(log_value).round(-2).astype(int),
        }
    )


def with_gaps(homes: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """Return the homes with about this share of `rooms` NaN and of `ocean_proximity` empty."""
    random = np.random.default_rng(seed)
    return homes.assign(
        rooms=homes["rooms"].mask(random.random(len(homes)) < share),
        ocean_proximity=homes["ocean_proximity"].mask(random.random(len(homes)) < share, ""),
    )
