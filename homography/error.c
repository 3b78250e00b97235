#include "homography/error.h"

#include <stdarg.h>
#include <stdio.h>

int bs_fail(bs_err *err, int code, const char *fmt, ...)
{
    va_list ap;

    if (!err || err->code)
        return code;
    err->code = code;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    for (unsigned char *c = (unsigned char *)err->text; *c; c++)
        if ((*c < 0x20 && *c != '\n') || *c == 0x7f)
            *c = '?';
    return code;
}
