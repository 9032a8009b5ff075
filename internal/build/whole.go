//go:build !postrenderer

package build

// PostRendererOnly is true in the program that only post-renders.
const PostRendererOnly = false
