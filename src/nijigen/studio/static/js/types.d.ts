/* The shapes that go over the wire and through the studio. */

export interface Picture {
  id: string; name: string; format: string; width: number; height: number; channels: number; depth: number;
  frames: number; bytes: number; created?: string; origin?: 'upload' | 'result'; downloaded?: boolean;
  /** When it was moved to the trash. */ deleted?: string | null;
  /** When it is deleted for good; null where that is left to its user. */ expires?: string | null;
}
export interface SpaceUse { bytes: number; files: number }
/** What takes the space of the data folder, in bytes. */
export interface Space {
  quota: number; used: number; removable: number; free: number; trash_days: number;
  uploads: SpaceUse; results: SpaceUse; derived: SpaceUse; trash: SpaceUse; lost_and_found: SpaceUse;
}

/** What a check of the data folder found; the kinds are those of the API. */
export interface FolderReport {
  folder: string; files: number; backups: number; lost_and_found: number; healthy: boolean;
  findings: { kind: string; path: string; detail: string }[];
}

/** One setting. */
export interface Schema {
  type?: string; title?: string; description?: string; default?: any; enum?: any[]; const?: any;
  minimum?: number; maximum?: number; exclusiveMinimum?: number; exclusiveMaximum?: number; anyOf?: Schema[];
  format?: string; unit?: string; step?: number; advanced?: boolean; shown_when?: Record<string, any>; section?: string; task?: string;
  minItems?: number; maxItems?: number; items?: Schema; examples?: any[];
}

export type Settings = Record<string, any>;
export interface Port { name: string; type: string; kind: string; optional: boolean; several: boolean; media: string; choices: string[] | null; empty: boolean; prefixes: string[]; description: string }
/** By input name: the id of a picture, a path in a root, a text; several of them where the input takes several. */
export type Inputs = Record<string, string | string[]>;
/** What a call does: it only reads, it changes stored data, or it also uses the network. */
export type Access = 'read' | 'change' | 'network';
export interface Call { id: string; inputs: Inputs; settings: Settings }
export interface Command {
  id: string; group: string; name: string; summary: string; description: string; returns: string; access: Access;
  inputs: Port[]; settings: { properties?: Record<string, Schema> };
}
/** One of several files that are a result. */
export interface SetFile { name: string; picture: Picture | null; data?: unknown }
/** What was lost or assumed on the way to a result. */
export interface Note { kind: string; text: string }

export interface Operation {
  id: string; group: string; name: string; summary: string; description: string; source?: string;
  inputs: Port[]; returns: string; access: Access; alpha: string; depth: number; version: number; preview: 'crop' | 'whole';
  settings: { properties?: Record<string, Schema> };
}

export interface Catalogue { groups: { id: string; title: string }[]; operations: Operation[]; /** Of picture files, in lowercase, with a dot. */ extensions: string[] }

export interface ProblemBody {
  title?: string; status?: number; detail?: string; hint?: string; field?: string; limit?: string; log_id?: string; model?: string;
}

export interface Job {
  id: string; operation: string; inputs: Inputs; settings: Settings; name: string | null;
  batch: string | null; lane: 'interactive' | 'batch' | 'network'; suspended: boolean; state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'; progress: number; looks: number;
  eta: number | null; created: string; started: string | null; finished: string | null;
  /** A picture, `{files}`, the report of a command, or `{data}`; null where it has expired. */
  result: any;
  notes?: Note[];
  error: ProblemBody | null;
}

export interface Model {
  name: string; task: string; summary: string; licence: any; source: any; training_data: any; limits: any; metrics: any;
  installed: boolean; origin: string | null; download: boolean; package_bytes: number | null; files: { key: string; state?: string }[];
  problem?: ProblemBody | null;
}

/** A picture and how it was made from the one before. */
export interface Step { picture: Picture; operation?: string; settings?: Settings; notes?: Note[] }
/** What undo goes back to. */
export interface Moment {
  chain: Step[]; result: Step | null;
  /** A result that is no picture, what was asked for it, and the name of its file. */
  data?: unknown; asked?: { operation: string; settings: Settings; name: string | null };
  /** Faces that a person edited, as JSON; of the last picture of the chain. */
  given?: string;
}
/** One picture on the bench, from the file it came as to the newest result. */
export interface Item extends Moment {
  id: string; name: string; past: Moment[]; future: Moment[]; job: string | null;
  /** Why its last job failed. */
  failed?: { job: string; operation: string; error: ProblemBody };
}
/** An entry of the history. */
export interface Made { id: string; when: number; name: string; source: Picture | null; step: Step }

/** left, top, right, bottom in pixels. */
export type Box = [number, number, number, number];
/** What an editor shows its marks on. */
export interface Canvas {
  url: string; width: number; height: number;
  /** Faces that are drawn over a stage already. */
  faces?: import('./elements/editors/faces-model.js').FacesModel;
}

/** A picture of the library. */
export interface LibraryPicture {
  /** The SHA-256 of its files. */ id: string;
  number: number; format: string; width: number; height: number; bytes: number; moving: boolean;
  files: { path: string; state: 'here' | 'away' | 'gone' | 'trashed' }[];
}
/** An answer of a search by picture. */
export interface Hit {
  entry: number; sha256: string; files: LibraryPicture['files']; score: number; probability: number; kinds: string[]; size: [number, number];
  /** The part of the library's picture that is in the query, and the part of the query that shows it. */
  box?: Box; query_box?: Box; changed?: number;
  /** Of a clip, when the scene that it is in begins and ends. */ time?: string;
}
/** Two files with one drawing, and which of them should be kept. */
export interface Pair {
  keep: LibraryPicture; keep_path: string; reason: string; other: LibraryPicture; other_path: string; kinds: string[]; changed: number;
}

/** A post of a site or a dump, as the server found it. */
export interface SitePost {
  /** Names it in requests. */ key: string;
  /** Its page at the site, or nothing. */ page: string;
  /** Whether there is a small picture, whether the file can be had, and whether the library has it. */
  preview: boolean; file: boolean; known: boolean;
  post: {
    site?: string; id?: number; tags?: Record<string, string | null>; rating?: string; site_rating?: string; score?: number; favcount?: number;
    width?: number; height?: number; filetype?: string; filesize?: number; created_at?: string; source?: string; md5?: string; file_url?: string;
  };
}
/** What sites of reverse search say about a picture. */
export interface Answers {
  matches: { url: string; site: string; id: string; title: string; author: string; episode: string; seconds: [number, number] | null; engines: Record<string, number | null> }[];
  characters: { name: string; work: string }[];
  replies: { engine: string; state: 'found' | 'nothing' | 'unclear' | 'failed'; count: number; quota: number | null; why: string }[];
}
