/*
 * imu/integrate.h - from readings of an IMU to the poses of a trace.
 */
#ifndef BS_INTEGRATE_H
#define BS_INTEGRATE_H

#include "imu/imu.h"
#include "imu/trace.h"

#endif /* BS_INTEGRATE_H */
