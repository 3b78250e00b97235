#include "gen/checksum.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

int bs_sha256_of(const void *data, size_t n, bs_sha256 *out, bs_err *err)
{
    unsigned int length = 0;

    if (EVP_Digest(data, n, out->byte, &length, EVP_sha256(), NULL) != 1 || length != sizeof out->byte)
        return bs_fail(err, BS_ENOMEM, "libcrypto could not compute a checksum");
    return BS_OK;
}

int bs_sha256_of_file(const char *path, bs_sha256 *out, bs_err *err)
{
    FILE *f = fopen(path, "rb");
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char part[65536];
    unsigned int length = 0;
    int rc = BS_OK, good = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;
    size_t n;

    if (!f) {
        rc = bs_fail(err, BS_EIO, "%s: %s", path, strerror(errno));
        goto done;
    }
    while (good && (n = fread(part, 1, sizeof part, f)) > 0)
        good = EVP_DigestUpdate(ctx, part, n) == 1;
    if (ferror(f))
        rc = bs_fail(err, BS_EIO, "%s: %s", path, strerror(errno));
    else if (!good || EVP_DigestFinal_ex(ctx, out->byte, &length) != 1)
        rc = bs_fail(err, BS_ENOMEM, "libcrypto could not compute a checksum");
done:
    EVP_MD_CTX_free(ctx);
    if (f)
        fclose(f);
    return rc;
}

void bs_sha256_hex(const bs_sha256 *sum, char hex[BS_SHA256_HEX])
{
    for (int i = 0; i < BS_SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum->byte[i]);
}
