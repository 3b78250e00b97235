#include "gen/checksum.h"

#include <stdlib.h>

#include <openssl/evp.h>

struct bs_hasher {
    EVP_MD *md;
    EVP_MD_CTX *ctx;
};

static int fail(bs_err *err)
{
    return bs_fail(err, BS_ENOMEM, "libcrypto could not compute a checksum");
}

int bs_hasher_create(bs_hasher **out, bs_err *err)
{
    bs_hasher *h = calloc(1, sizeof *h);

    if (h) {
        h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
        h->ctx = EVP_MD_CTX_new();
    }
    if (!h || !h->md || !h->ctx) {
        bs_hasher_destroy(&h);
        return fail(err);
    }
    *out = h;
    return BS_OK;
}

void bs_hasher_destroy(bs_hasher **h)
{
    if (!*h)
        return;
    EVP_MD_CTX_free((*h)->ctx);
    EVP_MD_free((*h)->md);
    free(*h);
    *h = NULL;
}

int bs_hasher_sum(bs_hasher *h, const void *data, size_t n, const void *more, size_t n_more, bs_sha256 *out,
                  bs_err *err)
{
    unsigned int length = 0;

    if (EVP_DigestInit_ex(h->ctx, h->md, NULL) != 1 || EVP_DigestUpdate(h->ctx, data, n) != 1 ||
        (n_more && EVP_DigestUpdate(h->ctx, more, n_more) != 1) ||
        EVP_DigestFinal_ex(h->ctx, out->byte, &length) != 1 || length != sizeof out->byte)
        return fail(err);
    return BS_OK;
}

int bs_sha256_of(const void *data, size_t n, bs_sha256 *out, bs_err *err)
{
    bs_hasher *h = NULL;
    int rc = bs_hasher_create(&h, err);

    rc = rc ? rc : bs_hasher_sum(h, data, n, NULL, 0, out, err);
    bs_hasher_destroy(&h);
    return rc;
}

void bs_sha256_hex(const bs_sha256 *sum, char hex[BS_SHA256_HEX])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < BS_SHA256_BYTES; i++) {
        hex[2 * i] = digits[sum->byte[i] >> 4];
        hex[2 * i + 1] = digits[sum->byte[i] & 15];
    }
    hex[BS_SHA256_HEX - 1] = 0;
}
