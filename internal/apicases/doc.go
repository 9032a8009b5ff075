// Package apicases has requests and what the API server says to them: every
// frozen field of the kinds that charts use, and what comes near to being one.
// The judge is tested with them, and so is the real API server.
package apicases
