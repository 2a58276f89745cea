// SPDX-License-Identifier: Apache-2.0
import { useDesk } from "../desk_context";
import { t } from "../texts";
import { OfferCard } from "./offer_card";

/** Offers that ring, above everything, dialogs included. They never take the focus: whoever is writing goes on. */
export function OfferLayer() {
  const desk = useDesk();
  const { ringing } = desk;
  return (
    <section class="offers" aria-label={t("offer.region")} aria-live="assertive" aria-relevant="additions" hidden={ringing.length === 0}>
      {ringing.map((one, at) => (
        <OfferCard key={one.offer.id} ringing={one} first={at === 0} />
      ))}
    </section>
  );
}
