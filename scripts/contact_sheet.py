#!/usr/bin/python3
"""Draws a few tuples of a blursynth dataset, one a row: blur, sharp, kernel, depth, mask.

The kernel is drawn in the colours of the Middlebury flow benchmark (hue = direction, as the small wheel
shows; strength = length, white = none), each row relative to its longest kernel; depth by 1/z, near red, far
blue.  Hatched magenta: unknown.
"""
import argparse
import json
import sys
from pathlib import Path

try:
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont
except ImportError as e:
    sys.exit(f"contact_sheet.py: {e}: apt-get install python3-numpy python3-pil")

COLUMNS = [("blur", "file_name"), ("sharp", "sharp_file_name"), ("kernel", "kernel_path"),
           ("depth", "depth_path"), ("mask", "mask_path")]
SUFFIX = {"blur": ".png", "sharp": ".png", "kernel": ".npy", "depth": ".png", "mask": ".png"}
CELL_W = 320   # width of a picture on the sheet
GAP = 10
PAPER, INK, FAINT = (250, 250, 248), (30, 30, 34), (110, 110, 118)


class Trouble(Exception):
    """Something the user can understand in one line."""


def font(size, bold=False):
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return ImageFont.load_default()


# ---- the dataset ----

def rows_of_jsonl(path):
    rows = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            meta = json.loads(line)
        except ValueError as e:
            raise Trouble(f"{path}:{n}: not JSON: {e}") from None
        row = {c: path.parent / meta[key] for c, key in COLUMNS if meta.get(key)}
        if row:
            rows.append((next(iter(row.values())).stem, caption(meta), row))
    return rows


def caption(meta):
    """What a line of metadata says in a few words."""
    words = []
    if isinstance(meta.get("source"), str):
        words.append(meta["source"])
    for key in ("exposure_s", "exposure"):
        if isinstance(meta.get(key), (int, float)):
            words.append(f"{1000 * meta[key]:.1f} ms")
            break
    return ", ".join(words)


def rows_of_folders(top):
    here = [c for c, _ in COLUMNS if (top / c).is_dir()]
    if not here:
        return []
    keys = sorted(p.stem for p in (top / here[0]).glob("*" + SUFFIX[here[0]]))
    return [(key, "", {c: top / c / (key + SUFFIX[c]) for c in here}) for key in keys]


def find_rows(out):
    if not out.is_dir():
        raise Trouble(f"{out}: no such folder")
    places = [out] + sorted(p for p in out.iterdir() if p.is_dir())
    rows = []
    for place in places:
        jsonl = place / "metadata.jsonl"
        rows += rows_of_jsonl(jsonl) if jsonl.is_file() else rows_of_folders(place)
    if not rows:
        raise Trouble(f"{out}: found no metadata.jsonl and no blur/, sharp/, ... folders; expected a dataset "
                      "written by blursynth --format folder")
    return rows


def spread(rows, n):
    if n >= len(rows):
        return rows
    at = [round(i * (len(rows) - 1) / max(1, n - 1)) for i in range(n)]
    return [rows[i] for i in at]


def read_image(path):
    try:
        return np.array(Image.open(path))
    except FileNotFoundError:
        raise Trouble(f"{path}: missing") from None
    except OSError as e:
        raise Trouble(f"{path}: {e}") from None


def read_kernel(path):
    if path.suffix != ".npy":
        raise Trouble(f"{path}: kernels are drawn from .npy only; make the dataset with --kernel-format npy")
    try:
        uv = np.load(path, allow_pickle=False).astype(np.float64)
    except FileNotFoundError:
        raise Trouble(f"{path}: missing") from None
    except (OSError, ValueError) as e:
        raise Trouble(f"{path}: {e}") from None
    if uv.ndim != 3 or uv.shape[2] != 2:
        raise Trouble(f"{path}: shape {uv.shape}, expected (height, width, 2)")
    return uv


# ---- colours ----

def flow_wheel():
    """The 55 hues of Baker et al., "A Database and Evaluation Methodology for Optical Flow"."""
    parts = [(15, 0, 1, 1), (6, 1, 0, -1), (4, 1, 2, 1), (11, 2, 1, -1), (13, 2, 0, 1), (6, 0, 2, -1)]
    wheel = []
    for n, full, moving, sign in parts:
        for i in range(n):
            rgb = [0.0, 0.0, 0.0]
            rgb[full] = 1.0
            rgb[moving] = i / n if sign > 0 else 1 - i / n
            wheel.append(rgb)
    return np.array(wheel)


def flow_colours(uv, longest):
    wheel = flow_wheel()
    u, v = np.nan_to_num(uv[..., 0] / longest), np.nan_to_num(uv[..., 1] / longest)
    length = np.minimum(1, np.hypot(u, v))[..., None]
    place = (np.arctan2(-v, -u) / np.pi + 1) / 2 * (len(wheel) - 1)
    k0 = np.floor(place).astype(int)
    f = (place - k0)[..., None]
    hue = (1 - f) * wheel[k0] + f * wheel[(k0 + 1) % len(wheel)]
    return to8(1 - length * (1 - hue))


def turbo(x):
    """A polynomial through Google's turbo colour map."""
    x = np.clip(x, 0, 1)[..., None] ** np.arange(6)
    c = np.array([[0.1357, 4.5974, -42.3277, 130.5887, -150.5666, 58.1375],
                  [0.0914, 2.1856, 4.8052, -14.0195, 4.2109, 2.7747],
                  [0.1067, 12.5925, -60.1097, 109.0745, -88.5066, 26.8183]])
    return to8(x @ c.T)


def to8(x):
    return np.rint(255 * np.clip(x, 0, 1)).astype(np.uint8)


def hatch(rgb, unknown):
    y, x = np.indices(unknown.shape)
    rgb[unknown] = np.where(((x + y) % 8 < 4)[..., None], (214, 51, 163), (243, 200, 228))[unknown]
    return rgb


# ---- cells ----

def fitted(rgb):
    """A picture at the sheet's width; small ones are enlarged without smoothing."""
    img = Image.fromarray(rgb)
    h = max(1, round(img.height * CELL_W / img.width))
    how = Image.Resampling.BOX if img.width > CELL_W else Image.Resampling.NEAREST
    return img.resize((CELL_W, h), how)


def label(img, text):
    """A note in the lower left corner, on a pale plate so that it reads on any colour."""
    draw, f = ImageDraw.Draw(img, "RGBA"), font(13)
    x0, y0, x1, y1 = draw.textbbox((0, 0), text, font=f)
    w, h = x1 - x0 + 10, y1 - y0 + 8
    draw.rectangle([4, img.height - h - 4, 4 + w, img.height - 4], fill=(255, 255, 255, 225))
    draw.text((9 - x0, img.height - h - y0), text, font=f, fill=INK)


def arrows(img, uv, longest):
    """A sparse grid of arrows; the longest spans most of its square of the grid."""
    draw, step = ImageDraw.Draw(img, "RGBA"), 32
    per_px = uv.shape[1] / img.width
    for y in range(step // 2, img.height, step):
        for x in range(step // 2, img.width, step):
            d = uv[min(uv.shape[0] - 1, int(y * per_px)), min(uv.shape[1] - 1, int(x * per_px))]
            d = d / longest * 0.85 * step
            n = np.hypot(*d)
            if not n > 1.5:
                continue
            a, b = np.array([x, y]) - d / 2, np.array([x, y]) + d / 2
            side, back = np.array([-d[1], d[0]]) / n, d / n
            head = min(6.0, 0.5 * n)
            tip = [*(b - head * back + head / 2 * side), *b, *(b - head * back - head / 2 * side)]
            for colour, width in ((255, 255, 255, 110), 3), (INK, 1):  # a pale edge, for dark blues
                draw.line([*a, *b], fill=colour, width=width)
                draw.line(tip, fill=colour, width=width)


def paste_wheel(img, r=22):
    y, x = np.mgrid[-r:r + 1, -r:r + 1].astype(float)
    disc = Image.fromarray(flow_colours(np.dstack([x, y]), r))
    mask = Image.fromarray(to8(np.clip(r + 0.5 - np.hypot(x, y), 0, 1)))
    at = (img.width - 2 * r - 8, img.height - 2 * r - 8)
    ImageDraw.Draw(img).ellipse([at[0] - 3, at[1] - 3, at[0] + 2 * r + 3, at[1] + 2 * r + 3], fill=PAPER)
    img.paste(disc, at, mask)


def draw_kernel(path):
    uv = read_kernel(path)
    length = np.hypot(uv[..., 0], uv[..., 1])
    known = np.isfinite(length)
    longest = float(length[known].max()) if known.any() else 0.0
    scale = max(longest, 1e-9)
    img = fitted(hatch(flow_colours(uv, scale), ~known))
    arrows(img, uv, scale)
    paste_wheel(img)
    label(img, f"max {longest:.1f} px")
    return img


def draw_depth(path):
    z = read_image(path).astype(np.float64) / 1000
    if z.ndim != 2:
        raise Trouble(f"{path}: expected one channel of depth in millimetres")
    known, far = z > 0, z >= 65.535
    near = np.where(known & ~far, 1 / np.maximum(z, 1e-3), 0)
    seen = near[known & ~far]
    lo, hi = np.percentile(seen, [2, 98]) if seen.size else (0, 1)
    img = fitted(hatch(turbo(0.05 + 0.9 * np.clip((near - lo) / max(hi - lo, 1e-9), 0, 1)), ~known))
    if seen.size:
        label(img, f"{1 / seen.max():.2f} to {1 / seen.min():.2f} m" + (", and far" if far.any() else ""))
    return img


def draw_plain(path):
    px = read_image(path)
    return fitted(px if px.ndim == 3 else np.dstack([px] * 3))


def draw_mask(path):
    img = draw_plain(path)
    label(img, f"mean {read_image(path).mean() / 2.55:.1f} %")
    return img


DRAW = {"blur": draw_plain, "sharp": draw_plain, "kernel": draw_kernel, "depth": draw_depth,
        "mask": draw_mask}


# ---- the sheet ----

def sheet(rows):
    columns = [c for c, _ in COLUMNS if any(c in files for _, _, files in rows)]
    drawn = [(key, text, {c: DRAW[c](p) for c, p in files.items()}) for key, text, files in rows]
    heights = [max(i.height for i in images.values()) for _, _, images in drawn]
    head, line = 36, 22
    width = GAP + len(columns) * (CELL_W + GAP)
    page = Image.new("RGB", (width, head + sum(h + line + GAP for h in heights)), PAPER)
    draw = ImageDraw.Draw(page)
    for i, c in enumerate(columns):
        draw.text((GAP + i * (CELL_W + GAP), 10), c, font=font(17, bold=True), fill=INK)
    y = head
    for (key, text, images), h in zip(drawn, heights):
        for i, c in enumerate(columns):
            if c in images:
                x = GAP + i * (CELL_W + GAP)
                page.paste(images[c], (x, y))
                draw.rectangle([x - 1, y - 1, x + CELL_W, y + images[c].height], outline=(190, 190, 196))
        draw.text((GAP, y + h + 3), f"{key}   {text}", font=font(13), fill=FAINT)
        y += h + line + GAP
    return page


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0],
                                epilog=__doc__.split("\n\n", maxsplit=1)[1])
    p.add_argument("dataset", type=Path, metavar="OUT", help="folder that blursynth wrote")
    p.add_argument("sheet", type=Path, metavar="SHEET.png", help="picture to write")
    p.add_argument("--rows", type=int, default=6, metavar="N",
                   help="tuples, spread evenly over OUT (default 6)")
    args = p.parse_args()
    if args.rows < 1:
        p.error("--rows: expected 1 or more")
    try:
        page = sheet(spread(find_rows(args.dataset), args.rows))
        page.save(args.sheet)
    except Trouble as e:
        sys.exit(f"contact_sheet.py: {e}")
    except (OSError, ValueError) as e:
        sys.exit(f"contact_sheet.py: {args.sheet}: {getattr(e, 'strerror', None) or e}")


if __name__ == "__main__":
    main()
