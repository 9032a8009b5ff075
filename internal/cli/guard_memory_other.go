//go:build !linux

package cli

// memoryOfMachine is unknown here.
func memoryOfMachine() uint64 { return 0 }
