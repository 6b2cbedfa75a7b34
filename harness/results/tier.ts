/** The tiers that a cycle can be of. */
export const WORKING_TIERS = ['kill', 'power'] as const;
export type WorkingTier = (typeof WORKING_TIERS)[number];

/** What a campaign can be asked for; with `all`, by turns. */
export const TIERS = [...WORKING_TIERS, 'all'] as const;
export type Tier = (typeof TIERS)[number];
