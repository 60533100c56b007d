import { redact } from "../records/redact.ts";
import { inWords } from "../observed.ts";
import { shellQuote } from "../remote/shell-quote.ts";
import type { LocalizedText } from "../text.ts";
import { hasReached, type Facts, type View } from "./facts.ts";
import type { Diagnosis, Finding, Layer } from "./layer.ts";
import { nothingWrong, unknown, type Action, type Evidence, type Fix, type RuledOut, type Verdict } from "./verdict.ts";

/** A diagnosis that holds, and where. */
interface Hit {
  readonly layer: Layer;
  readonly diagnosis: Diagnosis;
  readonly finding: Finding;
  readonly view: View;
}

const noFix: Fix = { actions: [], automatic: false };

/**
 * The rule. The layers are walked from the visitor to the disk, and the first one that is itself wrong is the verdict.
 * A layer that only suffers (an unhealthy target, a 502) is wrong because of one further in, so it is passed by. A
 * symptom with a name of its own (a crash loop) gives way to an inner fault which raises just what was seen. What does
 * no harm now is named only when nothing else is. What is left over without a reason is unknown, and said so.
 */
export function walk(layers: readonly Layer[], facts: Facts): Verdict {
  const present = layers.filter((layer) => hasReached(facts, layer.since));
  const harm = findFirst(present, facts, ({ latent }) => !latent);
  if (harm) return verdictOf(present, facts, harm);

  const symptoms = present.flatMap((layer) =>
    viewsOf(layer, facts).flatMap((view) => {
      const shown = layer.since === facts.occasion.unfinished ? undefined : layer.symptom?.(view);
      return shown && shown.length > 0 ? [{ layer, shown, view }] : [];
    }),
  );
  const innermost = symptoms.at(-1);
  if (innermost) {
    const shown = symptoms.toReversed().flatMap((symptom) => symptom.shown);
    return unknownVerdict(present, facts, innermost.layer, shown, innermost.view);
  }

  const latent = findFirst(present, facts, (diagnosis) => diagnosis.latent === true);
  if (latent) return verdictOf(present, facts, latent);

  const { failedChecks, failure } = facts.occasion;
  const last = present.at(-1);
  if (last && (failedChecks.length > 0 || failure)) {
    return unknownVerdict(present, facts, last, [], undefined);
  }
  return {
    layer: "none",
    code: nothingWrong,
    cause: { en: "Nothing is wrong on the way that was looked at", ja: "調べた経路に異常はありません" },
    evidence: [],
    fix: noFix,
    ruledOut: ruledOut(present, facts),
    mayPass: false,
    instanceId: undefined,
  };
}

/** The first fault on the way; a symptom's only if no inner fault raises it. */
function findFirst(layers: readonly Layer[], facts: Facts, wanted: (diagnosis: Diagnosis) => boolean): Hit | undefined {
  for (const [index, layer] of layers.entries()) {
    for (const view of viewsOf(layer, facts)) {
      for (const diagnosis of layer.diagnoses) {
        if (!wanted(diagnosis) || !applies(layer, diagnosis, facts)) continue;
        const finding = diagnosis.find(view);
        if (!finding) continue;
        const hit = { layer, diagnosis, finding, view };
        return (diagnosis.symptom && findReason(layers.slice(index), facts, hit)) || hit;
      }
    }
  }
  return undefined;
}

/**
 * The fault, here or further in, that raises what the symptom shows. A crash whose last start has said nothing yet shows
 * systemd's result alone; then it is the first fault that can raise anything.
 */
function findReason(layers: readonly Layer[], facts: Facts, symptom: Hit): Hit | undefined {
  const shown = symptom.finding.raised ?? symptom.finding.evidence.map(({ line }) => line).join("\n");
  const silent = symptom.finding.evidence[0]?.line.startsWith("Result=") === true;
  return findFirst(
    layers,
    facts,
    (diagnosis) =>
      diagnosis !== symptom.diagnosis &&
      !diagnosis.symptom &&
      (silent ? diagnosis.raises !== undefined : diagnosis.raises?.test(shown) === true),
  );
}

function applies(layer: Layer, diagnosis: Diagnosis, facts: Facts): boolean {
  const since = diagnosis.since ?? layer.since;
  if (since === facts.occasion.unfinished && !diagnosis.whileInstalling) return false;
  return hasReached(facts, since) && !(diagnosis.until && hasReached(facts, diagnosis.until));
}

function viewsOf(layer: Layer, facts: Facts): View[] {
  if (layer.scope === "stack" || facts.hosts.length === 0) return [{ ...facts, host: undefined }];
  return facts.hosts.map((host) => ({ ...facts, host }));
}

function verdictOf(layers: readonly Layer[], facts: Facts, { layer, diagnosis, finding, view }: Hit): Verdict {
  const values = finding.values ?? {};
  return {
    layer: layer.name,
    code: diagnosis.code,
    cause: clean({ en: fill(diagnosis.cause.en, values), ja: fill(diagnosis.cause.ja, inJapanese(values)) }),
    evidence: finding.evidence.map(cleanEvidence),
    fix: fillFix(finding.fix ?? diagnosis.fix, values),
    ruledOut: ruledOut(before(layers, layer), facts),
    mayPass: diagnosis.mayPass === true,
    instanceId: view.host?.instance.id,
  };
}

function unknownVerdict(
  layers: readonly Layer[],
  facts: Facts,
  layer: Layer,
  shown: readonly Evidence[],
  view: View | undefined,
): Verdict {
  return {
    layer: layer.name,
    code: unknown,
    cause: {
      en: "Something is wrong, but not in a way that is known here. What was seen is listed as it is",
      ja: "異常がありますが、既知の原因に当てはまりません。観測した内容をそのまま示します",
    },
    evidence: [...shown, ...occasionEvidence(facts)].map(cleanEvidence),
    fix: noFix,
    ruledOut: ruledOut(before(layers, layer), facts),
    mayPass: true,
    instanceId: view?.host?.instance.id,
  };
}

function occasionEvidence({ occasion, unseen }: Facts): Evidence[] {
  const failed = occasion.failedChecks.map(({ name, observed, expected }) => ({
    command: `lecture05 verify: ${name}`,
    line: `${observed} (expected: ${expected})`,
    value: observed,
  }));
  const failure = occasion.failure && failed.length === 0 ? [occasion.failure] : [];
  return [
    ...failed,
    ...failure.map((line) => ({ command: "lecture05 logs", line, value: line.split("\n").at(-1) ?? line })),
    ...unseen.map((line) => ({ command: "lecture05 diagnose", line, value: "not seen" })),
  ];
}

const before = (layers: readonly Layer[], layer: Layer): Layer[] => layers.slice(0, layers.indexOf(layer));

/** What was looked at and is well; a layer that only suffers is not. */
function ruledOut(layers: readonly Layer[], facts: Facts): RuledOut[] {
  return layers.flatMap((layer) => {
    const views = viewsOf(layer, facts);
    if (views.some((view) => (layer.symptom?.(view) ?? []).length > 0)) return [];
    const seen = views.flatMap((view) => layer.observed(view) ?? []);
    return seen.length > 0 ? [{ layer: layer.name, observed: redact([...new Set(seen)].join("; ")) }] : [];
  });
}

const inJapanese = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inWords(value).ja]));

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{([a-zA-Z]+)\}/g, (all, name: string) => values[name] ?? all);

/** In a command, what was found is data: a file's name may hold anything. */
function fillFix(fix: Fix, values: Readonly<Record<string, string>>): Fix {
  const quoted = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shellQuote(value)]));
  const fillAction = (action: Action): Action => {
    if (action.kind === "host") return { ...action, script: fill(action.script, quoted) };
    if (action.kind === "by-hand") return { ...action, command: fill(action.command, quoted) };
    return action;
  };
  return { ...fix, actions: fix.actions.map(fillAction) };
}

const clean = ({ en, ja }: LocalizedText): LocalizedText => ({ en: redact(en), ja: redact(ja) });
const cleanEvidence = ({ command, line, value }: Evidence): Evidence => ({
  command: redact(command),
  line: redact(line),
  value: redact(value),
});
