#include "gen/json_text.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character at 's', or 0 if there is none (Unicode 15, table 3-7). */
static size_t utf8_length(const unsigned char *s)
{
    const size_t n = s[0] < 0x80   ? 1
                     : s[0] < 0xc2 ? 0
                     : s[0] < 0xe0 ? 2
                     : s[0] < 0xf0 ? 3
                     : s[0] < 0xf5 ? 4
                                   : 0;

    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

void bs_json_add_text(cJSON *to, const char *key, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    char *clean = text ? malloc(3 * strlen(text) + 1) : NULL, *c = clean;

    if (!clean) {
        cJSON_AddNullToObject(to, key);
        return;
    }
    while (*s) {
        const size_t n = utf8_length(s);

        memcpy(c, n ? (const char *)s : "\xef\xbf\xbd", n ? n : 3);
        c += n ? n : 3;
        s += n ? n : 1;
    }
    *c = '\0';
    cJSON_AddStringToObject(to, key, clean);
    free(clean);
}
