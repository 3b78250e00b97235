#include <string.h>

#include "imu/trace_internal.h"

/*
 * One rule recognises every header: a column is a time, or a group and an axis.  "p_RS_R_y [m]" is the group
 * "p_rs_r_" of positions, axis y, unit m.
 */
static const struct {
    const char *name;
    const char *unit; /* implied, or NULL */
} time_names[] = {
    { "timestamp", NULL },  { "time", NULL },  { "t", NULL },     { "ts", NULL },
    { "timestamp_s", "s" }, { "time_s", "s" }, { "t_s", "s" },    { "timestamp_ms", "ms" },
    { "time_ms", "ms" },    { "t_ms", "ms" },  { "ts_ms", "ms" }, { "timestamp_us", "us" },
    { "time_us", "us" },    { "t_us", "us" },  { "ts_us", "us" }, { "timestamp_ns", "ns" },
    { "time_ns", "ns" },    { "t_ns", "ns" },  { "ts_ns", "ns" },
};

static const struct {
    const char *name;
    int first; /* meaning of its axis x */
} groups[] = {
    { "", BS_FIELD_X },
    { "t", BS_FIELD_X },
    { "t_", BS_FIELD_X },
    { "p", BS_FIELD_X },
    { "p_", BS_FIELD_X },
    { "pos_", BS_FIELD_X },
    { "position_", BS_FIELD_X },
    { "p_rs_r_", BS_FIELD_X },
    { "q", BS_FIELD_QX },
    { "q_", BS_FIELD_QX },
    { "quat_", BS_FIELD_QX },
    { "q_rs_", BS_FIELD_QX },
    { "g", BS_NAME_GYRO },
    { "g_", BS_NAME_GYRO },
    { "w", BS_NAME_GYRO },
    { "w_", BS_NAME_GYRO },
    { "w_rs_s_", BS_NAME_GYRO },
    { "omega", BS_NAME_GYRO },
    { "omega_", BS_NAME_GYRO },
    { "gyr", BS_NAME_GYRO },
    { "gyr_", BS_NAME_GYRO },
    { "gyro", BS_NAME_GYRO },
    { "gyro_", BS_NAME_GYRO },
    { "gyro ", BS_NAME_GYRO },
    { "gyroscope_", BS_NAME_GYRO },
    { "gyroscope ", BS_NAME_GYRO },
    { "angular_velocity_", BS_NAME_GYRO },
    { "angular_velocity.", BS_NAME_GYRO },
    { "a", BS_NAME_ACCEL },
    { "a_", BS_NAME_ACCEL },
    { "a_rs_s_", BS_NAME_ACCEL },
    { "acc", BS_NAME_ACCEL },
    { "acc_", BS_NAME_ACCEL },
    { "accel", BS_NAME_ACCEL },
    { "accel_", BS_NAME_ACCEL },
    { "accel ", BS_NAME_ACCEL },
    { "accelerometer_", BS_NAME_ACCEL },
    { "accelerometer ", BS_NAME_ACCEL },
    { "acceleration_", BS_NAME_ACCEL },
    { "acceleration ", BS_NAME_ACCEL },
    { "linear_acceleration_", BS_NAME_ACCEL }, /* ROS: of an IMU's message, gravity included */
    { "linear_acceleration.", BS_NAME_ACCEL },
    { "linear acceleration ", BS_NAME_LINEAR }, /* phyphox: gravity removed */
    { "alpha_", BS_NAME_ALPHA },
    { "v", BS_NAME_VELOCITY },
    { "v_", BS_NAME_VELOCITY },
    { "v_rs_r_", BS_NAME_VELOCITY },
    { "vel_", BS_NAME_VELOCITY },
    { "velocity_", BS_NAME_VELOCITY },
};

static void copy_lower(char *out, size_t n_out, const char *s, size_t n)
{
    n = n < n_out ? n : n_out - 1;
    for (size_t i = 0; i < n; i++)
        out[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + ('a' - 'A')) : s[i];
    out[n] = '\0';
}

static bs_name take_apart(bs_span s)
{
    bs_name out = { .what = BS_NAME_UNKNOWN, .as_written = s };
    size_t n = 0, end;

    while (s.n && (*s.s == '"' || *s.s == '#' || *s.s == ' ')) {
        s.s++;
        s.n--;
    }
    while (n < s.n && !strchr("[(\"", s.s[n]))
        n++;
    if (n < s.n && s.s[n] != '"') {
        for (end = n + 1; end < s.n && !strchr("])\"", s.s[end]); end++)
            ;
        copy_lower(out.unit, sizeof out.unit, s.s + n + 1, end - n - 1);
    }
    while (n && (s.s[n - 1] == ' ' || s.s[n - 1] == '\t'))
        n--;
    copy_lower(out.name, sizeof out.name, s.s, n);
    return out;
}

/* What a column is; a unit in the name of a time becomes its unit. */
static int meaning_of(bs_name *c)
{
    const char *const axes = "xyzw", *axis;
    const size_t n = strlen(c->name);

    for (size_t i = 0; i < sizeof time_names / sizeof time_names[0]; i++)
        if (!strcmp(c->name, time_names[i].name)) {
            if (time_names[i].unit)
                strcpy(c->unit, time_names[i].unit);
            return BS_FIELD_TIME;
        }
    if (!strcmp(c->name, "seconds_elapsed"))
        return BS_NAME_ELAPSED;
    if (!n || !(axis = strchr(axes, c->name[n - 1])))
        return BS_NAME_UNKNOWN;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (strlen(groups[i].name) == n - 1 && !strncmp(c->name, groups[i].name, n - 1)) {
            if (*axis == 'w' && groups[i].first != BS_FIELD_QX)
                return BS_NAME_UNKNOWN;
            return groups[i].first + (int)(axis - axes);
        }
    return BS_NAME_UNKNOWN;
}

int bs_is_one_of(const char *s, const char *words)
{
    bs_span w;

    while (words) {
        words = bs_next_column(words, ' ', &w);
        if (strlen(s) == w.n && !strncmp(s, w.s, w.n))
            return 1;
    }
    return 0;
}

int bs_time_power(const char *unit)
{
    static const struct {
        int power;
        const char *names;
    } units[] = {
        { 9, "s sec second seconds" },
        { 6, "ms msec millisec milliseconds" },
        { 3, "us usec microsec microseconds \xc2\xb5s \xce\xbcs" },
        { 0, "ns nsec nanosec nanoseconds" },
    };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (bs_is_one_of(unit, units[i].names))
            return units[i].power;
    return -1;
}

static void add_column(bs_header *h, bs_span s)
{
    bs_name c = take_apart(s);
    const size_t i = h->n++;

    c.what = meaning_of(&c);
    h->known += c.what > BS_FIELD_TIME;
    h->unknown += c.what == BS_NAME_UNKNOWN;
    h->time_first |= i == 0 && c.what == BS_FIELD_TIME;
    h->euroc |= c.what >= 0 && strstr(c.name, "_rs_") != NULL;
    if (i < BS_MAX_COLUMNS)
        h->column[i] = c;
    if (i < BS_MAX_COLUMNS && c.what >= 0)
        h->has[c.what]++;
}

/* Where blanks separate, "timestamp [ns]" is two words and one name. */
static const char *with_its_unit(const char *rest, bs_span *name)
{
    const char *end;

    if (!rest || (*rest != '[' && *rest != '(') || !(end = strpbrk(rest, "])")))
        return rest;
    name->n = (size_t)(end + 1 - name->s);
    rest = end + 1 + strspn(end + 1, " \t");
    return *rest ? rest : NULL;
}

/* Reads the names in the line from 'p' on. */
static void read_names(bs_header *h, size_t line, const char *p)
{
    size_t used = 0;

    *h = (bs_header){ .line = line };
    p += strspn(p, "# \t");
    h->separator = strchr(p, ',') ? ',' : strchr(p, ';') ? ';' : ' ';
    while (p && *p) {
        bs_span s;

        p = bs_next_column(p, h->separator, &s);
        if (h->separator == ' ')
            p = with_its_unit(p, &s);
        add_column(h, s);
        if (s.n)
            used = h->n;
    }
    h->n = used;
}

int bs_header_find(size_t line, const char *text, bs_header *out)
{
    const char *const colon = strchr(text, ':');

    read_names(out, line, text);
    if (*text != '#')
        return 1;
    if (out->known >= 3 && (out->time_first || !out->unknown))
        return 1;
    if (!colon)
        return 0;
    /* "# format: time tx ..." is looked at, too: there, as well, the order may not be the usual one. */
    read_names(out, line, colon + 1);
    return out->known >= 3 && (out->time_first || !out->unknown);
}
