// SPDX-License-Identifier: Apache-2.0

/** The product's sign: two lines that are put through to each other. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="9" />
      <path class="mark-lines" d="M9 12h13l-4.5-4.5M23 20H10l4.5 4.5" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
