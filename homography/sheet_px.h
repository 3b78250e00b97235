/*
 * homography/sheet_px.h - a surface near a tile of pixels as a piece of plane, a sheet.
 *
 * Most of what the lines of a tile meet at a few poses is flat, or no farther from flat than a tenth of a pixel
 * shows.  On a plane inverse depth is affine in the frame's pixels, w(p) = w0 + g . p, so that the place where a line
 * p(w) = p_inf + w e meets it has a closed form:
 *
 *     w = (w0 + g . p_inf) / (1 - g . e)
 *
 * and that place moves over a tile as the pixel does, but for an affine part.  All pixels of a tile then read the
 * frame at the same few texels beside their own, by weights that are affine over the tile: no pixel has to search.
 *
 * Surfaces one behind the other are sheets one behind the other.  What the frame has of each is what its layers
 * hold within the sheet's range of inverse depth; a pixel sees them from front to back.
 */
#ifndef BS_SHEET_PX_H
#define BS_SHEET_PX_H

#include "homography/bounds_px.h"

/* Most sheets that a tile sees, and bins of inverse depth, a bit each, that they are told apart by. */
#define BS_SHEETS 4
#define BS_BINS 32
/* Surfaces that a tile's poses shift less than this against each other are one sheet. */
#define BS_APART_PX 0.15f
/* How far a sheet's texels may be from its plane, as the lines of the tile see it; how far places over a tile from
 * affine; and how much farther than the middle's the affine part may move them: weights are stretched by as much.
 * Stretched by half a pixel those of bilinear interpolation lie between -0.5 and 1.5, which sharpens: white noise under
 * a zoom is 2 of 255 off on average, photos are 0.1 to 0.3 dB nearer to the truth.  With a quarter, a furnished room
 * takes half as long again. */
#define BS_FLAT_PX 0.1f
#define BS_BOW_PX 0.5f
#define BS_BENT_PX 0.01f
#define BS_STRAY_PX 0.5f
#define BS_STRAY_CUBIC_PX 0.25f
/* Largest side of the area that the lines of a tile reach on a sheet, texels. */
#define BS_SHEET_SIDE 64

/* Whether a box is so near the frame that its coordinates are whole numbers of texels to be counted with. */
BS_PX int bs_is_reachable(const bs_layers *l, float x0, float y0, float x1, float y1)
{
    return x0 > -BS_SHEET_SIDE && y0 > -BS_SHEET_SIDE && x1 < l->last_x + BS_SHEET_SIDE &&
           y1 < l->last_y + BS_SHEET_SIDE;
}

BS_PX int bs_area_fits(const bs_area *a)
{
    return a->x1 - a->x0 < BS_SHEET_SIDE && a->y1 - a->y0 < BS_SHEET_SIDE;
}

/* The texels around the places in a box.  Returns 0 if that is more than a tile may see, or far beside the
 * frame. */
BS_PX int bs_area_of(const bs_layers *l, const bs_box *box, bs_area *out)
{
    if (!bs_is_reachable(l, box->x0, box->y0, box->x1, box->y1))
        return 0;
    out->x0 = (int)floorf(box->x0 - BS_HAIR_PX);
    out->y0 = (int)floorf(box->y0 - BS_HAIR_PX);
    out->x1 = (int)floorf(box->x1 + BS_HAIR_PX) + 1;
    out->y1 = (int)floorf(box->y1 + BS_HAIR_PX) + 1;
    return bs_area_fits(out);
}

BS_PX int bs_clampi(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* The part of an area that lies on the frame; at least the border beside it. */
BS_PX bs_area bs_area_on(const bs_layers *l, const bs_area *a)
{
    bs_area out;

    out.x0 = bs_clampi(a->x0, 0, l->width - 1);
    out.y0 = bs_clampi(a->y0, 0, l->height - 1);
    out.x1 = bs_clampi(a->x1, 0, l->width - 1);
    out.y1 = bs_clampi(a->y1, 0, l->height - 1);
    return out;
}

/* Inverse depths in order, by bins of equal width: w is in bin (w - lo) per_bin. */
typedef struct bs_bins {
    float lo, per_bin;
} bs_bins;

/* The bit of the bin that holds w. */
BS_PX uint32_t bs_bin(const bs_bins *bins, float w)
{
    return 1u << (int)bs_clampf((w - bins->lo) * bins->per_bin, 0.0f, BS_BINS - 1);
}

/* The bits of the bins that texel 'i' has a surface in. */
BS_PX uint32_t bs_bins_at(const bs_layers *l, const bs_bins *bins, size_t i)
{
    uint32_t out = 0;

    for (int k = 0; k < BS_LAYERS; k++)
        out |= bs_bin(bins, fabsf(l->inv[k][i]));
    return out;
}

typedef struct bs_sheet {
    float inv, gx, gy; /* inverse depth is inv + gx (x - x0) + gy (y - y0), 1/m */
    float x0, y0;
} bs_sheet;

BS_PX float bs_sheet_inv(const bs_sheet *s, float x, float y)
{
    return s->inv + (s->gx * (x - s->x0) + s->gy * (y - s->y0));
}

/* What columns of texels, side by side, add to the fit of a plane: their number; sums of y, y^2, w, y w, where y counts
 * from the area's first row and w from bins->lo.  Room to spare for whole vectors. */
#define BS_COLUMNS (BS_SHEET_SIDE + 16)
typedef struct bs_columns {
    float n[BS_COLUMNS], y[BS_COLUMNS], yy[BS_COLUMNS], w[BS_COLUMNS], yw[BS_COLUMNS];
} bs_columns;

/* What a sheet is made of: what the first of the layers have in some bins. */
typedef struct bs_range {
    bs_bins bins;
    uint32_t mask; /* of bins */
    int layers;
} bs_range;

/* Whether that is all that those layers have anywhere. */
BS_PX int bs_range_is_all(const bs_range *r)
{
    return r->bins.per_bin == 0.0f && (r->mask & 1);
}

/* One of them. */
typedef struct bs_column {
    float n, y, yy, w, yw;
} bs_column;

/* Adds a texel: each of its layers that is in range, once where several are the same. */
BS_PX void bs_column_add(const bs_layers *l, const bs_range *r, size_t i, float y, bs_column *c)
{
    for (int k = 0; k < r->layers; k++) {
        const float w = fabsf(l->inv[k][i]);
        const int is_again = k > 0 && w == fabsf(l->inv[k > 0 ? k - 1 : 0][i]);
        const float is_in = !is_again && bs_bin(&r->bins, w) & r->mask ? 1.0f : 0.0f;
        const float y_in = y * is_in, w_in = (w - r->bins.lo) * is_in;

        c->n += is_in;
        c->y += y_in;
        c->yy += y * y_in;
        c->w += w_in;
        c->yw += y * w_in;
    }
}

/* The plane that fits the columns of an area best, by least squares.  Returns 0 if there is no texel.  Where
 * all of them lie on a line, or nearly so, the plane does not slope across it. */
BS_PX int bs_sheet_fit(const bs_bins *bins, const bs_area *a, const bs_columns *c, bs_sheet *s)
{
    float n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0, sw = 0, sxw = 0, syw = 0;
    float mx, my, mw, cxx, cxy, cyy, cxw, cyw, det;

    for (int i = 0; i <= a->x1 - a->x0; i++) {
        const float x = (float)i, xn = x * c->n[i];

        n += c->n[i];
        sx += xn;
        sy += c->y[i];
        sxx += x * xn;
        sxy += x * c->y[i];
        syy += c->yy[i];
        sw += c->w[i];
        sxw += x * c->w[i];
        syw += c->yw[i];
    }
    if (!(n > 0.0f))
        return 0;
    mx = sx / n;
    my = sy / n;
    mw = sw / n;
    cxx = sxx / n - mx * mx + 0.01f;
    cxy = sxy / n - mx * my;
    cyy = syy / n - my * my + 0.01f;
    cxw = sxw / n - mx * mw;
    cyw = syw / n - my * mw;
    det = cxx * cyy - cxy * cxy;
    s->gx = (cxw * cyy - cyw * cxy) / det;
    s->gy = (cyw * cxx - cxw * cxy) / det;
    s->inv = bins->lo + (mw - (s->gx * mx + s->gy * my));
    s->x0 = (float)a->x0;
    s->y0 = (float)a->y0;
    return 1;
}

/* The larger of 'most' and how far from the plane what a texel has in range is, 1/m. */
BS_PX float bs_sheet_away(const bs_layers *l, const bs_range *r, const bs_sheet *s, size_t i, float x,
                          float y, float most)
{
    const float plane = bs_sheet_inv(s, x, y);

    for (int k = 0; k < r->layers; k++) {
        const float w = fabsf(l->inv[k][i]);

        most = bs_maxf(bs_bin(&r->bins, w) & r->mask ? fabsf(w - plane) : 0.0f, most);
    }
    return most;
}

#endif /* BS_SHEET_PX_H */
