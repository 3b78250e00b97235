#include <string.h>

#include "gen/cli.h"

static double seconds(int64_t t_ns)
{
    return 1e-9 * (double)t_ns;
}

static void print_what(FILE *to, const bs_cli *cli, const bs_dataset_plan *plan)
{
    const long long n_frames = (long long)plan->n_frames_used, n_traj = (long long)plan->n_trajectories;
    char bytes[32];

    fprintf(to, "blursynth: %lld frame%s of %lld %s, %lld tuple%s of %dx%d, ", n_frames, bs_cli_s(n_frames),
            n_traj, n_traj == 1 ? "trajectory" : "trajectories", (long long)plan->n_tuples,
            bs_cli_s(plan->n_tuples), plan->camera.width, plan->camera.height);
    if (cli->opt.format == BS_FORMAT_NULL)
        fputs("written nowhere\n", to);
    else
        fprintf(to, "about %s -> %s\n",
                bs_cli_format_bytes((double)plan->n_tuples * (double)plan->bytes_per_tuple, bytes),
                cli->opt.output);
}

static void print_motion(FILE *to, const bs_cli *cli, const bs_dataset_plan *plan)
{
    static const char *const kinds[] = { [BS_TRACE_CSV] = "CSV",
                                         [BS_TRACE_TUM] = "TUM",
                                         [BS_TRACE_EUROC] = "EuRoC",
                                         [BS_TRACE_IMU] = "IMU",
                                         [BS_TRACE_MADE] = "made" };
    const bs_trace_info *tr = plan->trace;
    const size_t gaps = tr->n_stretches - 1;

    if (plan->made_by) {
        fprintf(to, "  motion    made for each tuple by %s\n", plan->made_by);
        return;
    }
    fprintf(to, "  motion    %s: %s trace, %.4g s at %.4g Hz, ", cli->opt.poses, kinds[tr->kind],
            seconds(tr->end_ns - tr->start_ns), 1 / seconds(tr->median_interval_ns));
    if (gaps)
        fprintf(to, "%zu gap%s longer than %.4g s\n", gaps, bs_cli_s((long long)gaps),
                seconds(tr->max_gap_ns));
    else
        fputs("no gaps\n", to);
}

static void print_light(FILE *to, const bs_cli *cli, const bs_dataset_plan *plan)
{
    static const char *const lights[] = {
        [BS_RESPONSE_AUTO] = "?",
        [BS_RESPONSE_SRGB] = "sRGB values, averaged as light",
        [BS_RESPONSE_LINEAR] = "values are light",
        [BS_RESPONSE_GAMMA] = "values with gamma",
        [BS_RESPONSE_SCENENET] = "values with the tone curve of SceneNet's renderer, averaged as light",
        [BS_RESPONSE_NONE] = "encoded values are averaged as they are",
    };

    if (plan->response == BS_RESPONSE_GAMMA)
        fprintf(to, "  light     values with gamma %g, averaged as light\n", cli->opt.gamma);
    else
        fprintf(to, "  light     %s\n", lights[plan->response]);
}

static void print_camera(FILE *to, const bs_dataset_plan *plan)
{
    const bs_camera *c = &plan->camera;

    fprintf(to, "  camera    focal length %.6g, %.6g px, centre (%.6g, %.6g)%s\n", c->fx, c->fy, c->cx, c->cy,
            plan->camera_guessed ? ", a guess" : "");
}

static void print_shutter(FILE *to, const bs_dataset_plan *plan)
{
    if (plan->shutter != BS_SHUTTER_GLOBAL)
        fprintf(to, "  shutter   rolling, %s, %.9g s for all lines\n", bs_shutter_direction(plan->shutter),
                seconds(plan->readout_ns));
}

static void print_blur(FILE *to, const bs_dataset_options *o, const bs_dataset_plan *plan)
{
    fprintf(to, "  exposure  %.9g", seconds(o->exposure_min_ns));
    if (o->exposure_max_ns != o->exposure_min_ns)
        fprintf(to, " to %.9g", seconds(o->exposure_max_ns));
    fprintf(to, " s, sharp at its %s, start ", bs_cli_word_in_force("anchor", o->anchor));
    if (plan->made_by)
        fputs("that of the motion\n", to);
    else if (o->has_start)
        fprintf(to, "at %.9g s\n", seconds(o->start_ns));
    else
        fputs("drawn\n", to);
    print_shutter(to, plan);
    if (plan->blur_max_px > 0)
        fprintf(to, "  wanted    %g to %g px of mean blur\n", plan->blur_min_px, plan->blur_max_px);
    if (o->frames_per_sequence > 1)
        fprintf(to, "  sequence  %lld exposures, from start to start %.9g s\n",
                (long long)o->frames_per_sequence, seconds(o->frame_interval_ns));
    if (o->n_poses)
        fprintf(to, "  poses     %d", o->n_poses);
    else
        fprintf(to, "  poses     as many as keep steps within %g px", o->max_step_px);
    fprintf(to, ", %s\n", bs_cli_word_in_force("pose-placement", o->placement));
    fprintf(to, "  method    %s, %s\n", bs_cli_word_in_force("method", o->method),
            o->method == BS_METHOD_SCATTER ? "whole pixels"
                                           : bs_cli_word_in_force("interpolation", o->interpolation));
    fprintf(to, "  filling   %s\n", bs_cli_word_in_force("inpaint", plan->inpaint));
    if (o->noise_peak > 0)
        fprintf(to, "  noise     Poisson, %g photo-electrons at white\n", o->noise_peak);
    else
        fputs("  noise     none\n", to);
    if (o->imu_noise)
        fprintf(to, "  imu noise %s\n", o->imu_noise);
}

static void print_files(FILE *to, const bs_dataset_options *o)
{
    const unsigned twin = o->imu_noise && o->emit & BS_EMIT_KERNEL ? BS_EMIT_KERNEL_NOISY : 0;

    fputs("  files    ", to);
    for (unsigned bit = 1; bit <= BS_EMIT_KERNEL_NOISY; bit <<= 1)
        if ((o->emit | twin) & bit)
            fprintf(to, " %s", bs_cli_word_in_force("emit", (int)bit));
    fprintf(to, "; kernel as %s, PNG level %d, shards of %lld\n",
            bs_cli_word_in_force("kernel-format", o->kernel_format), o->png_level, (long long)o->shard_size);
    for (int i = 0; i < o->n_splits; i++)
        fprintf(to, "%s%s:%g%s", i ? "," : "  splits    ", o->splits[i].name, o->splits[i].weight,
                i + 1 == o->n_splits ? "\n" : "");
}

void bs_cli_print_plan(FILE *to, const bs_cli *cli, const bs_dataset *ds, int all)
{
    const bs_dataset_plan *plan = bs_dataset_get_plan(ds);

    print_what(to, cli, plan);
    if (all)
        fprintf(to, "  frames    %zu used of %zu in %s; a depth of 0 is %s%s\n", plan->n_frames_used,
                plan->n_frames_found, cli->opt.source_dir,
                bs_cli_word_in_force("depth-zero", plan->depth_zero),
                plan->cleanup == BS_CLEANUP_ON ? "; depth is cleaned up" : "");
    print_motion(to, cli, plan);
    print_light(to, cli, plan);
    if (all || (plan->camera_guessed && !plan->notice))
        print_camera(to, plan);
    if (all) {
        print_blur(to, &cli->opt, plan);
        print_files(to, &cli->opt);
        fprintf(to, "  seed      %llu\n", (unsigned long long)cli->opt.seed);
    }
    if (all || cli->opt.backend == BS_BACKEND_AUTO) {
        const char *why = plan->backend_why ? plan->backend_why : "";

        fprintf(to, "  back end  %s%s%.*s\n", plan->backend, *why ? "; " : "", (int)strcspn(why, ":"), why);
    }
    for (const char *n = plan->notice; n; n = strchr(n, '\n') ? strchr(n, '\n') + 1 : NULL)
        fprintf(to, "  notice    %.*s\n", (int)strcspn(n, "\n"), n);
    if (all && plan->n_skips) {
        fprintf(to, "  skipped   %zu input%s that cannot be used\n", plan->n_skips,
                bs_cli_s((long long)plan->n_skips));
        bs_cli_print_skips(to, ds, plan->n_skips);
    }
}
