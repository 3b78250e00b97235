/* gen/json_text.h - text from outside (file names, messages) as a member of a JSON object. */
#ifndef BS_JSON_TEXT_H
#define BS_JSON_TEXT_H

#include <cjson/cJSON.h>

/* A file name is any bytes, a JSON text is UTF-8: each byte that does not fit becomes U+FFFD. NULL becomes
 * null. */
void bs_json_add_text(cJSON *to, const char *key, const char *text);

#endif /* BS_JSON_TEXT_H */
