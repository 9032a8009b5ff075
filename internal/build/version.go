// Package build says what was built: the whole program, or, with the tag
// postrenderer, the part of it that Helm waits for.
package build

// Version is set when a release is built.
var Version = "dev"
