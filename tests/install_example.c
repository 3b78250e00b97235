/* What a user of the installed library writes: one frame, two poses, one tuple.  Prints "ok". */
#include <blursynth.h>

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    enum { W = 64, H = 48 };
    static uint8_t rgb[W * H * 3];
    static float depth_m[W * H];
    bs_pose poses[2] = { { { 0, 0, 0, 1 }, { 0, 0, 0 } }, { { 0, 0, 0, 1 }, { 0.1, 0, 0 } } };
    const double when[2] = { 0, 1 };
    bs_synth_input in = { .camera = { W, H, 60, 60, 31.5, 23.5 },
                          .rgb = rgb,
                          .depth_m = depth_m,
                          .T_anchor_cam = poses,
                          .n_poses = 2,
                          .T_anchor_first = &poses[0],
                          .T_anchor_last = &poses[1],
                          .when = when };
    const bs_synth_options opt = { 0 };
    bs_synth *synth = NULL;
    bs_tuple tuple;
    bs_err err = { 0 };
    int rc = bs_synth_create(&synth, &err);

    for (int i = 0; i < W * H; i++) {
        rgb[3 * i] = (uint8_t)(4 * (i % W));
        depth_m[i] = 2.0f;
    }
    if (rc == BS_OK)
        rc = bs_synth_run(synth, &in, &opt, &tuple, &err);
    if (rc == BS_OK && tuple.kernel[0] < -2.9f && tuple.kernel[0] > -3.1f) /* -60 px * 0.1 m / 2 m */
        puts("ok");
    else
        printf("failed: %s\n", err.text);
    bs_synth_destroy(&synth);
    return rc;
}
