package inventory

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Quantity reads a size as the API server does: 10Gi, 500M, 0.5, 1e9 or a plain
// number (k8s.io/apimachinery, pkg/api/resource, ParseQuantity). It reports
// whether value is one.
func Quantity(value any) (amount *big.Rat, ok bool) {
	text, isText := value.(string)
	if !isText {
		if value == nil {
			return nil, false
		}
		text = fmt.Sprint(value)
	}
	end := 0
	for end < len(text) && strings.IndexByte("+-.0123456789", text[end]) >= 0 {
		end++
	}
	number, suffix := text[:end], text[end:]
	if text == "" || strings.LastIndexAny(number, "+-") > 0 || strings.Count(number, ".") > 1 {
		return nil, false
	}
	factor, ok := suffixFactor(suffix)
	if !ok {
		return nil, false
	}
	if strings.Trim(number, "+-.") == "" { // which the API server reads as none, where the suffix is not too large or small for it
		if suffix == "Pi" || suffix == "Ei" || factor.Cmp(power(10, -9)) < 0 {
			return nil, false
		}
		number = "0"
	}
	amount, ok = new(big.Rat).SetString(strings.TrimSuffix(number, "."))
	if !ok {
		return nil, false
	}
	return amount.Mul(amount, factor), true
}

// suffixFactor is what a quantity's suffix multiplies by.
func suffixFactor(suffix string) (*big.Rat, bool) {
	const decimal, binary = "num kMGTPE", "KMGTPE" // a blank stands for one
	if suffix == "" {
		return big.NewRat(1, 1), true
	}
	if len(suffix) == 1 && suffix != " " && strings.Contains(decimal, suffix) {
		return power(10, 3*(strings.Index(decimal, suffix)-strings.Index(decimal, " "))), true
	}
	if len(suffix) == 2 && suffix[1] == 'i' && strings.Contains(binary, suffix[:1]) {
		return power(2, 10*(strings.Index(binary, suffix[:1])+1)), true
	}
	if suffix[0] == 'e' || suffix[0] == 'E' {
		exponent, err := strconv.Atoi(suffix[1:])
		if err == nil && exponent >= -30 && exponent <= 30 { // what lies beyond is no size
			return power(10, exponent), true
		}
	}
	return nil, false
}

func power(base int64, exponent int) *big.Rat {
	n := new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(max(exponent, -exponent))), nil)
	if exponent < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), n)
	}
	return new(big.Rat).SetInt(n)
}
