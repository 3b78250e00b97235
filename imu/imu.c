#include "imu/imu.h"

#include <stdlib.h>

int bs_imu_read(const char *path, const bs_imu_options *opt, bs_imu **out, bs_err *err)
{
    (void)path;
    (void)opt;
    (void)err;
    *out = NULL;
    return BS_OK;
}

void bs_imu_free(bs_imu **imu)
{
    if (!imu || !*imu)
        return;
    free((*imu)->rows);
    free((*imu)->path);
    free(*imu);
    *imu = NULL;
}
