// Package fix applies the fixes of rules to a stream of manifests, and is the
// post-renderer.
//
// A fix rewrites only the documents of its findings; all others keep their
// bytes. What cannot be rewritten without doubt is left as it was, and the
// finding says why.
package fix
