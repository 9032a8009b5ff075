//go:build !linux

package start

// layOut does nothing: only Linux hands out huge pages to whoever asks.
func layOut() {}
