"""Fits a network with embeddings on homes.csv, exported by torch.onnx: two blocks, quantiles.

    python3 train.py FOLDER

writes net.onnx, held-out.csv and rows.json into FOLDER. Tried with PyTorch 1.13 (on Debian:
python3-torch). The graph has the inputs `num` float [N, 4] and `cat` int64 [N, 2], and an output
`quantiles` float [N, 3]; no quantile is below a lower one.
"""

import csv
import json
import statistics
import sys
from pathlib import Path

import torch
from torch import nn

HOMES = Path(__file__).parents[1] / "california" / "homes.csv"
PROXIMITIES = ["", "bay", "coast", "inland", "near coast"]
"""Of which the network gets the place; a home whose proximity is not known has the first one."""
NUMBERS = ["income", "rooms", "latitude", "longitude"]
CATEGORIES = ["proximity", "decade"]
LEVELS = torch.tensor([0.05, 0.5, 0.95])
HELD_OUT = 300
EPOCHS = 400
SHOWN = 40


class Network(nn.Module):
    """Predicts three quantiles of the price in USD from a row of the file."""

    def __init__(self, numbers: torch.Tensor, prices: torch.Tensor):
        super().__init__()
        self.register_buffer("center", numbers.mean(0))
        self.register_buffer("scale", numbers.std(0))
        self.register_buffer("price", torch.stack([prices.mean(), prices.std()]))
        self.proximity = nn.Embedding(len(PROXIMITIES), 3)
        self.decade = nn.Embedding(10, 2)
        self.layers = nn.Sequential(
            nn.Linear(len(NUMBERS) + 5, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU()
        )
        self.heads = nn.Linear(32, 3)

    def forward(self, num: torch.Tensor, cat: torch.Tensor) -> torch.Tensor:
        embedded = [self.proximity(cat[:, 0]), self.decade(cat[:, 1])]
        hidden = self.layers(torch.cat([(num - self.center) / self.scale, *embedded], dim=1))
        low, *steps = self.heads(hidden).split(1, dim=1)
        up = [nn.functional.softplus(step) for step in steps]
        quantiles = torch.cat([low, low + up[0], low + up[0] + up[1]], dim=1)
        return quantiles * self.price[1] + self.price[0]


def pinball_loss(quantiles: torch.Tensor, prices: torch.Tensor) -> torch.Tensor:
    """Koenker and Bassett, Regression Quantiles, Econometrica 46, 1978."""
    over = prices[:, None] - quantiles
    return torch.maximum(LEVELS * over, (LEVELS - 1) * over).mean()


def main(folder: Path) -> None:
    torch.manual_seed(1)
    rows = read(HOMES)
    training, held_out = rows[:-HELD_OUT], rows[-HELD_OUT:]
    num, cat, prices = tensors(training)
    network = Network(num, prices)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01, weight_decay=1e-4)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        (pinball_loss(network(num, cat), prices) / network.price[1]).backward()
        optimizer.step()
    network.eval()
    folder.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network,
        (num[:2], cat[:2]),
        str(folder / "net.onnx"),
        input_names=["num", "cat"],
        output_names=["quantiles"],
        dynamic_axes={name: {0: "N"} for name in ("num", "cat", "quantiles")},
        opset_version=15,
    )
    with (folder / "held-out.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, held_out[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(held_out)
    write_rows(folder / "rows.json", network, held_out[:SHOWN])


def read(path: Path) -> list[dict]:
    """Return the rows of homes.csv as the network takes them, with the price."""
    with path.open(newline="") as file:
        homes = list(csv.DictReader(file))
    median = statistics.median(float(home["rooms"]) for home in homes if home["rooms"])
    return [
        {
            "income": float(home["income"]),
            "rooms": float(home["rooms"] or median),
            "latitude": float(home["latitude"]),
            "longitude": float(home["longitude"]),
            "proximity": PROXIMITIES.index(home["ocean_proximity"]),
            "decade": int(float(home["house_age"])) // 10,
            "median_value": float(home["median_value"]),
        }
        for home in homes
    ]


def tensors(rows: list[dict]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    num = torch.tensor([[row[name] for name in NUMBERS] for row in rows])
    cat = torch.tensor([[row[name] for name in CATEGORIES] for row in rows])
    return num, cat, torch.tensor([row["median_value"] for row in rows])


def write_rows(path: Path, network: Network, rows: list[dict]) -> None:
    """Write rows and PyTorch's predictions for them, as in the other examples."""
    num, cat, _ = tensors(rows)
    with torch.no_grad():
        medians = network(num, cat)[:, 1].double().tolist()
    document = {
        "features": None,
        "missing": None,
        "tolerance": 1e-5,
        "rows": [{name: row[name] for name in (*NUMBERS, *CATEGORIES)} for row in rows],
        "predictions": medians,
    }
    path.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
