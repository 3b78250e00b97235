#include "gen/checksum.h"

#include <stdio.h>

#include <openssl/evp.h>

int bs_sha256_of(const void *data, size_t n, bs_sha256 *out, bs_err *err)
{
    unsigned int length = 0;

    if (EVP_Digest(data, n, out->byte, &length, EVP_sha256(), NULL) != 1 || length != sizeof out->byte)
        return bs_fail(err, BS_ENOMEM, "libcrypto could not compute a checksum");
    return BS_OK;
}

void bs_sha256_hex(const bs_sha256 *sum, char hex[BS_SHA256_HEX])
{
    for (int i = 0; i < BS_SHA256_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum->byte[i]);
}
