const rehearsable: readonly string[] = ['debian', 'ubuntu'];

/** Why a machine with this system cannot be rehearsed on, if it can't. */
export const rehearsalRefusal = (osId: string): string | undefined =>
	rehearsable.includes(osId)
		? undefined
		: `a rehearsal needs Debian or Ubuntu, and this machine has ${osId || 'another system'}`;
