package lifecycle

// Mode is how Helm sends an object to the API server.
type Mode string

// The modes.
const (
	// ClientSide is a three-way merge patch: Helm 3, and Helm 4 with
	// --server-side=false or on a release that Helm 3 installed.
	ClientSide Mode = "client-side"
	// ServerSide is server-side apply: Helm 4 on a release that it installed.
	ServerSide Mode = "server-side"
)

// Modes are both, in the order in which they are played.
func Modes() []Mode { return []Mode{ClientSide, ServerSide} }

// Helm names the versions of Helm that work in a mode.
func (m Mode) Helm() string {
	if m == ClientSide {
		return "Helm 3; Helm 4 with --server-side=false"
	}
	return "Helm 4"
}

// Verdict is what the API server answers to one request.
type Verdict struct {
	Refused bool
	// Message is the API server's own text.
	Message string
	// Fields are the fields at fault, as the API server names them.
	Fields []string
	// Elsewhere says where another version of Kubernetes answers otherwise.
	Elsewhere string
}

// Step is a step of a release's life.
type Step string

// The steps, in the order in which they are played.
const (
	Install     Step = "install"
	Upgrade     Step = "upgrade"
	NextVersion Step = "upgrade to the next version"
	Rollback    Step = "rollback"
	Uninstall   Step = "uninstall"
	Reinstall   Step = "reinstall"
	// InstallNext is a step of a comparison, beside the release's life: the new
	// version on an empty cluster.
	InstallNext Step = "install of the new version"
)

// Action is what became of an object in a step.
type Action string

// The actions.
const (
	Created   Action = "created"
	Changed   Action = "changed"
	Unchanged Action = "unchanged"
	// Adopted objects were there before, and Helm takes them over.
	Adopted Action = "adopted"
	// Refused requests change nothing.
	Refused Action = "refused"
	Deleted Action = "deleted"
	// Kept objects leave the release but stay in the cluster.
	Kept Action = "kept"
)

// Steps are all steps of a release's life, in the order in which they are
// played.
func Steps() []Step {
	return []Step{Install, Upgrade, NextVersion, Rollback, Uninstall, Reinstall}
}
