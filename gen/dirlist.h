/*
 * gen/dirlist.h - what a folder holds, in one read of the folder.
 *
 * The kind of an entry comes with its name where the file system tells it, so that a folder of many files
 * costs no call per file.  Only symbolic links, which are followed, are asked, and all on file systems that
 * do not tell.
 */
#ifndef BS_DIRLIST_H
#define BS_DIRLIST_H

#include <stddef.h>
#include <stdint.h>

#include "gen/arena.h"

typedef struct bs_dir_entry {
    const char *name;   /* borrowed from the listing */
    uint32_t stem;      /* length of the name without its last extension */
    uint32_t is_folder; /* a link that leads nowhere counts as a file: reading it will say what is wrong */
} bs_dir_entry;

typedef struct bs_dirlist {
    bs_dir_entry *entry; /* owned; in no order, qsort() them */
    size_t n, capacity;
    bs_arena names;
} bs_dirlist;

/*
 * Lists the folder 'path' without hidden names (.xyz) and the droppings of other systems (Thumbs.db,
 * desktop.ini); with 'folders_only', folders alone.  Returns 0 and fills '*out' (free it with
 * bs_dirlist_free()), or an errno value and leaves '*out' as it was.
 */
int bs_dirlist_read(const char *path, int folders_only, bs_dirlist *out);
void bs_dirlist_free(bs_dirlist *list);

/* "dir/name", malloc()ed; a "." on either side adds nothing.  NULL if there is no memory. */
char *bs_path_join(const char *dir, const char *name);

/*
 * Order as people count: runs of digits compare as numbers of any length ("f2" before "f10"), all else as
 * bytes.  Names equal as numbers ("7", "07") are told apart by their bytes: 0 means the same bytes.
 */
int bs_natural_cmp(const char *a, size_t n_a, const char *b, size_t n_b);

#endif /* BS_DIRLIST_H */
