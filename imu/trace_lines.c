#include <errno.h>
#include <locale.h>
#include <string.h>

#include "imu/trace_internal.h"

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* Moves what is left to the front of the buffer and fills up the rest. */
static int refill(bs_lines *in, bs_err *err)
{
    const size_t left = in->end - in->begin;

    memmove(in->buf, in->buf + in->begin, left);
    in->begin = 0;
    errno = 0;
    in->end = left + fread(in->buf + left, 1, BS_LINE_BYTES - left, in->f);
    if (ferror(in->f))
        return bs_fail(err, BS_EIO, "%s: cannot be read: %s", in->path, strerror(errno));
    in->at_end = in->end < BS_LINE_BYTES;
    return BS_OK;
}

/* The bytes of the next line without its newline; '*s' = NULL at the end of the file. */
static int take_line(bs_lines *in, char **s, size_t *n, bs_err *err)
{
    char *newline = memchr(in->buf + in->begin, '\n', in->end - in->begin);
    int rc;

    if (!newline && !in->at_end) {
        if ((rc = refill(in, err)))
            return rc;
        newline = memchr(in->buf, '\n', in->end);
    }
    *s = NULL;
    if (in->begin == in->end)
        return BS_OK;
    in->line++;
    if (!newline && !in->at_end)
        return bs_fail(err, BS_EFORMAT, "%s:%zu: a line longer than %d bytes: this is no trace", in->path,
                       in->line, BS_LINE_BYTES - 1);
    *s = in->buf + in->begin;
    *n = (newline ? (size_t)(newline - in->buf) : in->end) - in->begin;
    in->begin += *n + (newline != NULL);
    return BS_OK;
}

int bs_lines_next(bs_lines *in, const char **text, bs_err *err)
{
    char *s;
    size_t n;
    int rc;

    do {
        if ((rc = take_line(in, &s, &n, err)))
            return rc;
        *text = s;
        if (!s)
            return BS_OK;
        if (memchr(s, '\0', n))
            return bs_fail(err, BS_EFORMAT,
                           "%s:%zu: a NUL byte: this is not a text file in UTF-8 (a trace saved "
                           "as \"Unicode\" or UTF-16 must be saved again as UTF-8)",
                           in->path, in->line);
        if (in->line == 1 && n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3)) {
            s += 3;
            n -= 3;
        }
        for (; n && is_blank(*s); n--)
            s++;
        for (; n && is_blank(s[n - 1]); n--)
            ;
        *text = s;
    } while (!n);
    s[n] = '\0'; /* over a blank, the newline, or the spare byte behind the buffer */
    return BS_OK;
}

int bs_read_plainly(const char *path, int (*read)(void *reader, bs_err *err), void *reader, bs_err *err)
{
    const locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t before;
    int rc;

    if (!plain)
        return bs_fail(err, BS_ENOMEM, "%s: no memory to read it", path);
    before = uselocale(plain);
    rc = read(reader, err);
    uselocale(before);
    freelocale(plain);
    return rc;
}

const char *bs_next_column(const char *p, char separator, bs_span *out)
{
    const char *end;

    while (is_blank(*p))
        p++;
    for (end = p; *end && (separator == ' ' ? !is_blank(*end) : *end != separator); end++)
        ;
    *out = (bs_span){ p, (size_t)(end - p) };
    while (out->n && is_blank(p[out->n - 1]))
        out->n--;
    if (separator != ' ')
        return *end ? end + 1 : NULL;
    while (is_blank(*end))
        end++;
    return *end ? end : NULL;
}

bs_quoted bs_quote(const char *s, size_t n)
{
    bs_quoted q = { "" };
    const size_t shown = n < 60 ? n : 60;

    for (size_t i = 0; i < shown; i++)
        q.text[i] = (unsigned char)s[i] < 0x80 ? s[i] : '?';
    if (n > shown)
        memcpy(q.text + shown, "...", 3);
    return q;
}
