//go:build !race

package stateful_test

const slowdown = 1
