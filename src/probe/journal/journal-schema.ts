/** The journal's tables; `create if not exists`, so that opening is the migration. */
export const journalSchema = `
create table if not exists entries (
  id integer primary key,
  request_id text not null unique,
  level text not null,
  issue text not null,
  issue_type text not null,
  subject text not null,
  action text not null,
  action_type text not null,
  target text not null,
  state text not null,
  decision_id integer,
  boot_id text not null,
  asked_mono_ms real not null,
  approved_boot_id text,
  approved_mono_ms real,
  valid_for_ms integer not null default 0,
  result text,
  output text not null default '',
  dry_run integer not null default 0,
  created_at_ms integer not null,
  started_at_ms integer,
  finished_at_ms integer,
  delivered integer not null default 1,
  reported integer not null default 1
) strict;
create table if not exists log_positions (
  name text primary key,
  path text not null,
  position text not null
) strict;
create index if not exists entries_fault on entries (issue_type, subject, id);
create index if not exists entries_target on entries (action_type, target, started_at_ms);
create index if not exists entries_started on entries (started_at_ms);
create index if not exists entries_open on entries (state) where state in ('asked', 'approved', 'executing');
create index if not exists entries_unreported on entries (id) where reported = 0;
create index if not exists entries_undelivered on entries (id) where delivered = 0;
`
