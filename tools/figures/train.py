"""Train the network and write it as an ONNX file, with a report on fonts that were kept out.

The network in the package was made with the values that stand as defaults below.
"""

from __future__ import annotations

import argparse
import math
import random as chances
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy
import torch
from torch import nn

from auditor.read.ocr.figures import CLASSES, HEIGHT, PIECE_WIDTH, FigureReader, boxes_and_pieces, evened
from tools.figures.lines import OTHER, Fonts, Sample, draw

CHINESE: Final = ("uming", "ukai", "gkai", "wqy-zenhei", "wqy-microhei", "NotoSansCJK-Regular", "NotoSansCJK-Bold", "NotoSerifCJK-Regular")
LATIN: Final = (
    *("LiberationSerif-Regular", "LiberationSerif-Bold", "LiberationSans-Regular", "LiberationSans-Bold", "LiberationMono-Regular"),
    *("Carlito-Regular", "FreeSerif", "FreeSans", "FreeMono", "Lato-Regular", "Roboto-Regular", "LinLibertine_R", "NotoSans-Regular"),
    *("NotoSerif-Regular", "GFSDidot", "DejaVuSans", "DejaVuSerif", "Courier Prime"),
)
KEPT_OUT: Final = (
    "gbsn00lp",
    "Caladea-Regular",
    "Caladea-Bold",
    "DejaVuSerif-Bold",
    "DejaVuSansMono",
    "LiberationMono-Bold",
    "STIX-Regular",
)
_THREADS: Final = 1


def fonts_of(folder: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """The font files below a folder whose names are listed."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".ttc", ".otf"))
    return tuple(path for path in found if path.stem in names)


def samples(seed: int, fonts: Fonts, count: int) -> Iterator[Sample]:
    """Pictures of a seed."""
    random = numpy.random.default_rng(seed)
    done = 0
    while done < count:
        sample = draw(random, fonts)
        if sample is not None:
            done += 1
            yield sample


def pieces_and_classes(sample: Sample) -> Iterator[tuple[Any, int]]:
    """What the first network learns of a picture: its pieces with their class."""
    even = evened(sample.picture)
    found = None if even is None else boxes_and_pieces(even)
    if found is None or (sample.spoilt and len(sample.text) > 1):
        return
    scale = HEIGHT / sample.picture.shape[0]
    middles = [(middle * scale, char) for middle, char in zip(sample.middles, sample.text, strict=True)]
    for (left, right), piece in found:
        inside = [char for middle, char in middles if left - 1 <= middle <= right + 1]
        if len(inside) == 1 and not sample.spoilt:
            yield piece, CLASSES.index(inside[0])
        elif len(inside) > 1 or sample.spoilt:
            yield piece, len(CLASSES) - 1


def piece_network() -> nn.Module:
    """One piece → the probability of each class."""
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 48, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2)),
        *(nn.Linear(48 * 6 * 7, 64), nn.ReLU(), nn.Linear(64, len(CLASSES))),
    )


def train_pieces(network: nn.Module, pieces: Any, classes: Any, epochs: int) -> None:
    """Batches in random order, the pace falling to nothing."""
    inputs, wanted = torch.from_numpy(pieces)[:, None], torch.from_numpy(classes)
    steps = epochs * math.ceil(len(inputs) / 256)
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=1e-3)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.002)
    network.train()
    for epoch in range(epochs):
        order, total = torch.randperm(len(inputs)), 0.0
        for part in order.split(256):
            loss = loss_of(network(inputs[part].float()), wanted[part])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            pace.step()
            total += float(loss.detach()) * len(part)
        print(f"pieces, epoch {epoch + 1}: {total / len(inputs):.5f}", flush=True)


def write(network: nn.Module, path: Path) -> None:
    """The network as an ONNX file that gives probabilities."""
    network.eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    example = torch.zeros(2, 1, HEIGHT, PIECE_WIDTH)
    axes = {"pieces": {0: "pieces"}}
    with_odds = nn.Sequential(network, nn.Softmax(1))
    torch.onnx.export(with_odds, (example,), str(path), input_names=["pieces"], output_names=["scores"], dynamic_axes=axes, dynamo=False)


def measure(path: Path, fonts: Fonts, seed: int, count: int) -> str:
    """How pictures of a seed are read, as the program does it."""
    reader = FigureReader(path)
    figures = read = wrong = invented = refused = 0
    examples: list[str] = []
    for sample in samples(seed, fonts, count):
        found = reader.read(sample.picture)
        if OTHER in sample.text or sample.spoilt:
            refused += found is None
            if found is not None:
                invented += 1
                examples.append(f"{sample.text}{'!' if sample.spoilt else ''}→{found[0]}")
            continue
        figures += 1
        if found is None:
            continue
        read += 1
        if found[0] != sample.text:
            wrong += 1
            examples.append(f"{sample.text}→{found[0]}")
    bound = (wrong + 3) / max(1, read)
    return (
        f"figures {figures}: read {read} ({read / max(1, figures):.1%}), wrong {wrong} (at most {bound:.6f} at 95 %); no figure or spoilt: "
        f"refused {refused}, read {invented}\n  " + " ".join(examples[:40])
    )


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fonts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=70_000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--tested", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    torch.set_num_threads(_THREADS)
    torch.manual_seed(wanted.seed)
    chances.seed(wanted.seed)
    known = Fonts(fonts_of(wanted.fonts, LATIN), fonts_of(wanted.fonts, CHINESE))
    new = fonts_of(wanted.fonts, KEPT_OUT)
    kept_out = Fonts(new, tuple(path for path in new if path.stem == "gbsn00lp"))
    print(len(known.latin), "fonts,", len(known.chinese), "Chinese;", len(new), "kept out", flush=True)
    pieces, classes = [], []
    for sample in samples(wanted.seed, known, wanted.pictures):
        for piece, index in pieces_and_classes(sample):
            pieces.append(piece.astype(numpy.float16))
            classes.append(index)
    print(len(pieces), "pieces", flush=True)
    network = piece_network()
    train_pieces(network, numpy.stack(pieces), numpy.array(classes), wanted.epochs)
    write(network, wanted.out)
    print("fonts of the training, new pictures:", measure(wanted.out, known, wanted.seed + 1, wanted.tested))
    print("fonts kept out:", measure(wanted.out, kept_out, wanted.seed + 2, wanted.tested))


if __name__ == "__main__":
    main()
