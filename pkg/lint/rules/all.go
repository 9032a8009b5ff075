// Package rules holds the rules, one a file, each with all that is known of
// it: its check, its fix, its documentation and an example.
package rules

import "github.com/helm-stateful/helm-stateful/pkg/lint"

// All returns every rule, in the order of a release's life and then by name.
func All() []*lint.Rule {
	return []*lint.Rule{
		// install
		ClaimCannotBind,
		ClaimNotFound,
		ExistingClaimIgnored,
		HookBeforeItsVolume,
		RefusedByAPIServer,
		ServiceNotFound,
		VolumeFallsBackToEmptyDir,
		// run
		ConcurrentJobsOnClaim,
		CronJobSharesExclusiveClaim,
		// upgrade
		DataHolderRenamed,
		HookBlocksRetry,
		HookDeletesClaim,
		ImmutableFieldChanged,
		JobChangesOnUpgrade,
		LookupGatesObject,
		LookupInImmutableField,
		RandomInImmutableField,
		RecreateKeepsRollingUpdate,
		RegeneratedSecret,
		ReplicasResetOnUpgrade,
		ReplicasShareExclusiveClaim,
		RollingUpdateOnExclusiveClaim,
		ServerDefaultOverwritten,
		SizeShrinks,
		VersionInImmutableField,
		// uninstall
		ClaimDeletedWithRelease,
		ClaimOutlivesRelease,
		DefinitionDeletedWithRelease,
		FinalizerBlocksDeletion,
		OperatorRemovedBeforeInstances,
		ResourcePolicyIgnored,
		StorageReclaimed,
		// reinstall
		KeptObjectBlocksInstall,
		SecretLostDataKept,
		// restore
		ForeignAffinity,
		// sibling
		NamespaceHardCoded,
		SharedName,
	}
}
