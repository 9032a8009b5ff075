package trace

// Helpers are templates that marked templates call.
const (
	helpersFile = "_helm-stateful-trace.tpl"
	unmark      = "helm-stateful.unmark"
	trim        = "helm-stateful.trim"
)

// helpers defines them. unmark takes all marks out of a string. trim does what
// the function of that name does as if there were no marks: spaces go although
// marks stand among them, and the marks of what follows the spaces stay.
const helpers = "{{ define \"" + unmark + "\" }}" +
	"{{ regexReplaceAll `(?:" + markPattern + ")+` . \"\" }}" +
	"{{ end }}" +
	"{{ define \"" + trim + "\" }}" +
	"{{ regexReplaceAll `(?:" + markPattern + "|\\s)+$` (regexReplaceAll `^(?:" + markPattern + "|\\s)*\\s((?:" + markPattern + ")*)` . \"$1\") \"\" }}" +
	"{{ end }}"
