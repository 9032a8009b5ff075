package gitrepo

import (
	"context"
	"path"
	"slices"
	"strings"
)

// Changed lists the files that differ between a commit and the work tree, as
// paths from the root: committed, staged or neither, gone and new ones. Of the
// files that git does not know, those that it ignores and those that helm
// dependency build has put into charts/ do not count.
func (r *Repo) Changed(ctx context.Context, commit string) ([]string, error) {
	// Without renames, a file that moves counts where it was and where it is.
	differ, err := r.git(ctx, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--no-relative", "-z", "--end-of-options", commit, "--")
	if err != nil {
		return nil, err
	}
	unknown, err := r.git(ctx, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	out := splitZero(differ)
	for _, name := range splitZero(unknown) {
		if !fetched(name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// fetched reports whether helm dependency build writes such a file.
func fetched(name string) bool {
	dir, base := path.Split(name)
	return base == "Chart.lock" || base == "requirements.lock" || (path.Ext(base) == ".tgz" && path.Base(dir) == "charts")
}

func splitZero(b []byte) []string {
	return strings.FieldsFunc(string(b), func(c rune) bool { return c == 0 })
}
