/** `PE_VERSION` as the Earthfile gives it: the version in image tags. */
export const peVersionOf = (earthfile: string): string | undefined => /^ARG PE_VERSION=(\S+)\s*$/m.exec(earthfile)?.[1];
