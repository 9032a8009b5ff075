package engine

import (
	"slices"
	"text/template/parse"
)

// Chance are the functions whose answer is new each time: by chance, or by the time
// (sprig v3.3.0, functions.go).
func Chance() []string {
	return []string{
		"randAlpha", "randAlphaNum", "randNumeric", "randAscii", "randBytes", "randInt", "uuidv4", "shuffle",
		"genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "genPrivateKey",
		"htpasswd", "bcrypt", "encryptAES",
		"now", "ago", "date", "dateInZone", "date_in_zone", "htmlDate", "htmlDateInZone", "durationRound",
	}
}

// unsteady are the functions that need not answer twice alike for the same
// arguments: keys and values give a map's in any order, and lookup asks the
// cluster.
var unsteady = append(Chance(), "keys", "values", "lookup")

// revision are the fields of .Release that tell one revision from another.
var revision = []string{"IsInstall", "IsUpgrade", "Revision"}

// facts are what a template's own text tells, without those that it calls.
type facts struct {
	// varies says that it may print something else for another revision of a
	// release, or at another time. It may be set for one that does not.
	varies bool
	// printsAll says that it may print all that it was given.
	printsAll bool
	// calls are the templates that it names in template actions.
	calls []string
}

// factsOf reads a template.
func factsOf(root *parse.ListNode) facts {
	f := facts{printsAll: printsAll(root)}
	f.read(root)
	return f
}

func (f *facts) read(node parse.Node) {
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, item := range n.Nodes {
				f.read(item)
			}
		}
	case *parse.IfNode:
		f.branch(&n.BranchNode)
	case *parse.RangeNode:
		f.branch(&n.BranchNode)
	case *parse.WithNode:
		f.branch(&n.BranchNode)
	case *parse.ActionNode:
		f.read(n.Pipe)
	case *parse.TemplateNode:
		f.calls = append(f.calls, n.Name)
		f.read(n.Pipe)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				f.read(c)
			}
		}
	case *parse.CommandNode:
		for _, arg := range n.Args {
			f.read(arg)
		}
	case *parse.ChainNode:
		f.read(n.Node)
		f.fields(n.Field)
	case *parse.FieldNode:
		f.fields(n.Ident)
	case *parse.VariableNode:
		f.fields(n.Ident[1:])
	case *parse.IdentifierNode:
		f.varies = f.varies || slices.Contains(unsteady, n.Ident)
	case *parse.StringNode:
		f.varies = f.varies || n.Text == "Release" || slices.Contains(revision, n.Text)
	}
}

func (f *facts) branch(b *parse.BranchNode) {
	f.read(b.Pipe)
	f.read(b.List)
	f.read(b.ElseList)
}

// fields reads a path such as .Release.Name. Whoever takes .Release as a whole may
// read anything of it.
func (f *facts) fields(path []string) {
	for i, name := range path {
		f.varies = f.varies || name == "Release" && i == len(path)-1 || slices.Contains(revision, name)
	}
}
