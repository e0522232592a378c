import type { ReactNode } from 'react';
import { formatShare } from '../words/format.ts';
import { say } from '../words/say.ts';
import { mostFeatherPx } from './feather.ts';
import { type MaskToolName, maskTools } from './use-mask-tool.ts';
import { mostZoom } from './use-mask-view.ts';

/** How the editor is set: what it paints with, and how it shows that. */
export interface MaskSettings {
  readonly tool: MaskToolName;
  readonly erases: boolean;
  readonly brushPx: number;
  readonly featherPx: number;
  readonly zoom: number;
  /** How much the paint covers the picture, on the screen alone. */
  readonly tint: number;
}

/** Everything that is chosen or slid. */
export function MaskTools({
  settings,
  longest,
  onChange,
}: {
  readonly settings: MaskSettings;
  readonly longest: number;
  readonly onChange: (change: Partial<MaskSettings>) => void;
}): ReactNode {
  const { tool, erases, brushPx, featherPx, zoom, tint } = settings;
  return (
    <>
      <Choice
        word={say('mask.tool')}
        name="tool"
        options={maskTools.map((one) => [one, say(`mask.${one}`)])}
        value={tool}
        onChange={(chosen) => onChange({ tool: chosen })}
      />
      <Choice
        word={say('mask.does')}
        name="does"
        options={[
          ['paint', say('mask.paint')],
          ['erase', say('mask.erase')],
        ]}
        value={erases ? 'erase' : 'paint'}
        onChange={(chosen) => onChange({ erases: chosen === 'erase' })}
      />
      {tool === 'brush' && (
        <Slider
          label={say('mask.size', { px: brushPx })}
          min={1}
          max={longest}
          value={brushPx}
          onChange={(value) => onChange({ brushPx: value })}
        />
      )}
      <Slider
        label={say('mask.feather', { px: featherPx })}
        min={0}
        max={mostFeatherPx}
        value={featherPx}
        onChange={(value) => onChange({ featherPx: value })}
      />
      <Slider
        label={say('mask.zoom', { share: formatShare(zoom) })}
        min={1}
        max={mostZoom}
        step={0.25}
        value={zoom}
        onChange={(value) => onChange({ zoom: value })}
      />
      <Slider
        label={say('mask.tint', { share: formatShare(tint) })}
        min={0.2}
        max={1}
        step={0.05}
        value={tint}
        onChange={(value) => onChange({ tint: value })}
      />
    </>
  );
}

function Choice<Value extends string>({
  word,
  name,
  options,
  value,
  onChange,
}: {
  readonly word: string;
  readonly name: string;
  readonly options: readonly (readonly [Value, string])[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}): ReactNode {
  return (
    <fieldset className="choices">
      <legend className="visually-hidden">{word}</legend>
      {options.map(([one, text]) => (
        <label key={one} className="choice">
          <input type="radio" name={name} checked={one === value} onChange={() => onChange(one)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

function Slider({
  label,
  min,
  max,
  step = 1,
  value,
  onChange,
}: {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}): ReactNode {
  return (
    <label className="slider">
      {label}
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        onChange={({ target }) => onChange(Number(target.value))}
      />
    </label>
  );
}
