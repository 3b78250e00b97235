#include <string.h>

#include "gen/cli.h"

#define HELP_COLUMNS 100
#define SENTENCE_COLUMN 32

/* That --version tells. */
#define MOST_DEVICES 16

static const char *const group_titles[BS_CLI_GROUPS] = {
    [BS_CLI_SOURCE] = "Source: one of the first three must be given",
    [BS_CLI_MOTION] = "Motion: a trace or a generator must be given",
    [BS_CLI_BLUR] = "Blur",
    [BS_CLI_OUTPUT] = "Output",
    [BS_CLI_RUNNING] = "Running",
};

static void spaces(FILE *to, int n)
{
    fprintf(to, "%*s", n, "");
}

/* Prints 'text' word by word from column 'column' on, returning to SENTENCE_COLUMN where the line is full. */
static void print_wrapped(FILE *to, const char *text, int column)
{
    while (*text) {
        const int len = (int)strcspn(text, " ");

        if (column > SENTENCE_COLUMN && column + 1 + len > HELP_COLUMNS) {
            fputc('\n', to);
            spaces(to, SENTENCE_COLUMN);
            column = SENTENCE_COLUMN;
        } else if (column > SENTENCE_COLUMN) {
            fputc(' ', to);
            column++;
        }
        fwrite(text, 1, (size_t)len, to);
        column += len;
        text += len + strspn(text + len, " ");
    }
    fputc('\n', to);
}

static void print_option(FILE *to, const bs_cli_option *o)
{
    const char *without = o->dflt ? o->dflt : o->unset;
    char left[96], meta[80], text[512];
    int len;

    bs_cli_meta(o, "|", meta, sizeof meta);
    len = snprintf(left, sizeof left, "  %c%c%s--%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
                   o->letter ? ", " : "  ", o->name, *meta ? " " : "", meta);
    fputs(left, to);
    if (len + 2 > SENTENCE_COLUMN) {
        fputc('\n', to);
        len = 0;
    }
    spaces(to, SENTENCE_COLUMN - len);
    snprintf(text, sizeof text, "%s%s%s%s", o->sentence, without ? " [" : "", without ? without : "",
             without ? "]" : "");
    print_wrapped(to, text, SENTENCE_COLUMN);
}

static void print_statuses(FILE *to)
{
    fputs("\nExit status\n", to);
    for (const bs_cli_status_info *s = bs_cli_statuses; s->word; s++)
        fprintf(to, "  %3d  %s\n", s->status, s->sentence);
}

void bs_cli_print_intro(FILE *to)
{
    fprintf(
        to,
        "blursynth %s - motion-blur datasets from RGB-D frames and recorded camera motion\n"
        "\n"
        "  blursynth --scenenet DIR --poses FILE -o OUT            make a dataset; run again to continue\n"
        "  blursynth --scenenet DIR --poses FILE --dry-run         say what would be made\n"
        "  blursynth --tum DIR --poses DIR/groundtruth.txt -o OUT  from a TUM sequence and its motion\n"
        "\n"
        "More: blursynth --help\n",
        bs_version());
}

void bs_cli_print_help(FILE *to)
{
    fputs("Usage: blursynth --scenenet DIR --poses FILE [--output DIR] [options]\n"
          "\n"
          "Makes pairs of sharp and motion-blurred images with kernel maps, depth and masks, from RGB-D "
          "frames\n"
          "and a recorded camera motion.  In brackets: what holds without the option.\n",
          to);
    for (int g = 0; g < BS_CLI_GROUPS; g++) {
        fprintf(to, "\n%s\n", group_titles[g]);
        for (int i = 0; i < bs_cli_table_size; i++)
            if ((int)bs_cli_table[i].group == g)
                print_option(to, &bs_cli_table[i]);
    }
    print_statuses(to);
    fputs("\n"
          "Examples\n"
          "  Three frames of each trajectory, a drawn exposure of each, everything at its default:\n"
          "    blursynth --scenenet data/val --poses handheld.csv -o out\n"
          "  A TUM sequence blurred by its own motion, 50 ms each; only say what would be made:\n"
          "    blursynth --tum freiburg1_desk --poses freiburg1_desk/groundtruth.txt --exposure 0.05 "
          "--dry-run\n"
          "  Your own frames, eight exposures of each frame, split for training:\n"
          "    blursynth --rgbd frames --depth-scale 5000 --intrinsics 525,525,319.5,239.5 \\\n"
          "        --poses handheld.csv --samples-per-frame 8 --split train:9,val:1 -o out\n"
          "  No recording: hand shake made for each tuple, with a mean blur drawn from 2 to 20 px:\n"
          "    blursynth --scenenet data/val --poses handheld:strength=strong --blur 2:20 -o out\n",
          to);
}

void bs_cli_print_version(FILE *to)
{
    bs_cuda_device devices[MOST_DEVICES];
    bs_err err = { 0 };
    const int n = bs_cuda_devices(devices, MOST_DEVICES, &err);

    fprintf(to, "blursynth %s\n", bs_version());
    fprintf(to, "back ends: openmp; cuda: %s\n", n ? "yes" : err.text);
    for (int i = 0; i < n; i++)
        fprintf(to, "  device %d: %s, compute capability %d.%d, %d multiprocessors, %.0f MB\n", devices[i].number,
                devices[i].name, devices[i].major, devices[i].minor, devices[i].multiprocessors,
                (double)devices[i].memory / 1e6);
    fprintf(to, "inpainting: background%s\n",
            bs_has_opencv() ? ", telea, ns" : " (telea and ns: built without OpenCV)");
}
