/*
 * tests/imu_files.h - little files of an IMU's readings for the tests that read them.
 */
#ifndef BS_TEST_IMU_FILES_H
#define BS_TEST_IMU_FILES_H

#include "imu/imu.h"
#include "tests/trace_files.h"

/* A file of the folder by its name. */
static inline const char *file_path(const char *name)
{
    static char path[sizeof trace_folder.dir + 64];

    snprintf(path, sizeof path, "%s/%s", trace_folder.dir, name);
    return path;
}

static inline void write_file(const char *name, const char *text)
{
    FILE *f = fopen(file_path(name), "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

/* The readings in the file 'path'; the test fails if there are none. */
static inline bs_imu *read_file(const char *path, const bs_imu_options *opt)
{
    bs_imu *imu = NULL;
    bs_err err = { 0 };

    if (bs_imu_read(path, opt, &imu, &err))
        fail_msg("%s should be a trace of an IMU: %s", path, err.text);
    if (!imu)
        fail_msg("%s was not recognised", path);
    return imu;
}

static inline bs_imu *read_text(const char *text)
{
    write_file("t.csv", text);
    return read_file(file_path("t.csv"), NULL);
}

static inline void assert_row(const bs_imu *imu, size_t i, int64_t t_ns, const double gyro[3],
                              const double accel[3])
{
    assert_true(i < imu->n);
    assert_int_equal(imu->rows[i].t_ns, t_ns);
    for (int k = 0; k < 3; k++) {
        assert_near(imu->rows[i].gyro_rad_s[k], gyro[k], 1e-15 * (1 + (gyro[k] < 0 ? -gyro[k] : gyro[k])),
                    "gyro");
        assert_near(imu->rows[i].accel_m_s2[k], accel[k], 1e-14, "accel");
    }
}

/* The file must be refused with BS_EFORMAT, and the text must hold each of 'words' (up to a NULL). */
static inline void assert_refused(const char *path, const bs_imu_options *opt, const char *const words[])
{
    bs_imu *const untouched = (bs_imu *)(uintptr_t)64;
    bs_imu *imu = untouched;
    bs_err err = { 0 };
    const int rc = bs_imu_read(path, opt, &imu, &err);

    if (rc != BS_EFORMAT)
        fail_msg("%s: code %d, expected it to be refused", path, rc);
    assert_ptr_equal(imu, untouched);
    for (; *words; words++)
        if (!strstr(err.text, *words))
            fail_msg("expected \"%s\" in \"%s\"", *words, err.text);
    assert_null(strstr(err.text, "(null)"));
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

#endif /* BS_TEST_IMU_FILES_H */
