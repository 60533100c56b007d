import { Lecture05Error } from "../../errors.ts";

/** A group puts another host in the place of each that ends itself, so an end is none. */
export function noEndWithGroup(): Lecture05Error {
  return new Lecture05Error("USAGE", {
    what: {
      en: "--ttl does not go together with more than one host",
      ja: "--ttl は 2 台以上のホストの構成では使えません",
    },
    why: {
      en: "The Auto Scaling group would put another host in the place of each that ends itself",
      ja: "自動終了したホストを Auto Scaling グループが置き換えてしまいます",
    },
    next: ["lecture05 up --ttl none --hosts 2", "lecture05 destroy"],
  });
}
