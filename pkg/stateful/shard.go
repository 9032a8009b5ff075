package stateful

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
)

// Shard is one of several parts of a chart repository, Index from 1 to Count.
// The zero value holds all charts.
type Shard struct{ Index, Count int }

// ParseShard reads a shard as the command line has it: 2/5.
func ParseShard(text string) (Shard, error) {
	index, count, _ := strings.Cut(text, "/")
	i, errIndex := strconv.Atoi(index)
	n, errCount := strconv.Atoi(count)
	if errIndex != nil || errCount != nil || i < 1 || i > n {
		return Shard{}, fmt.Errorf("%q is no shard: write I/N with I from 1 to N, such as 2/5", text)
	}
	return Shard{i, n}, nil
}

// String is what ParseShard reads, or "" for all charts.
func (s Shard) String() string {
	if s.Count == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}

// holds reports whether a chart belongs to the shard. It depends on nothing but
// the chart's own key, so that no chart moves when another comes or goes.
func (s Shard) holds(key string) bool {
	if s.Count == 0 {
		return true
	}
	sum := sha256.Sum256([]byte(key))
	return binary.BigEndian.Uint64(sum[:8])%uint64(s.Count) == uint64(s.Index-1)
}
