// SPDX-License-Identifier: Apache-2.0
// export_engines.js - loads exports into DuckDB and ClickHouse by the tables that `sonde fields --schema` prints, and checks what
// they hold. usage: node export_engines.js MODULES SONDE FOLDER duckdb|clickhouse
// FOLDER has services.ndjson, services.csv, fields.ndjson, and rows, the number of services.
'use strict';
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');

const [modules, sonde, folder, engine] = process.argv.slice(2);
const fields = 'ip,port,transport,product,http.title,vuln,cvss,last_seen';
const file = (name) => path.join(folder, name);
const rows = Number(fs.readFileSync(file('rows'), 'utf8'));
const table = (...words) => execFileSync(sonde, ['fields', '--schema', engine, ...words]).toString();
let failures = 0;
const expect = (what, got, want) => {
	const same = JSON.stringify(got) === JSON.stringify(want);
	console.log(`${same ? 'ok' : 'NOT OK'}: ${engine}: ${what}${same ? '' : `: ${JSON.stringify(got)}`}`);
	if (!same) failures++;
};

async function duckdb() {
	const { DuckDBInstance } = require(path.join(modules, '@duckdb/node-api'));
	const connection = await (await DuckDBInstance.create(':memory:')).connect();
	const ask = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
	const load = async (words, name, format) => {
		await ask('DROP TABLE IF EXISTS services');
		await ask(table(...words));
		await ask(`COPY services FROM '${file(name)}' (${format})`);
	};
	await load([], 'services.ndjson', 'FORMAT json');
	expect('documents', await ask('SELECT count(*) FROM services'), [[String(rows)]]);
	expect('an object in them', await ask("SELECT http.title FROM services WHERE port = 8080"), [['=1+1 \\x00\\x1b[31m "\\xff,']]);
	expect('verdicts', await ask("SELECT list_contains(list_transform(vulns, v -> v.id), 'CVE-2024-38475') FROM services WHERE port = 8080"),
		[[true]]);
	// The recipe of sonde-formats(5).
	await ask(`COPY (SELECT * FROM read_ndjson('${file('services.ndjson')}')) TO '${file('services.parquet')}' (FORMAT parquet, COMPRESSION zstd)`);
	expect('Parquet', await ask(`SELECT count(*), min(typeof(first_seen)) FROM '${file('services.parquet')}'`), [[String(rows), 'TIMESTAMP']]);
	await load(['--fields', fields], 'fields.ndjson', 'FORMAT json');
	expect('fields', await ask('SELECT count(*), count(last_seen) FROM services'), [[String(rows), String(rows)]]);
	await load(['--csv'], 'services.csv', 'FORMAT csv, HEADER');
	expect('CSV', await ask('SELECT count(*), count(last_seen) FROM services'), [[String(rows), String(rows)]]);
}

function clickhouse() {
	const { Session } = require(path.join(modules, 'chdb'));
	const session = new Session();
	const ask = (sql) => session.query(sql, 'JSONCompactEachRow').trim();
	const load = (words, name, format) => {
		ask('DROP TABLE IF EXISTS services');
		ask(table(...words));
		ask(`INSERT INTO services SELECT * FROM file('${file(name)}', '${format}') SETTINGS date_time_input_format = 'best_effort', ` +
			'use_structure_from_insertion_table_in_table_functions = 1');
	};
	ask('CREATE DATABASE sonde');
	ask('USE sonde');
	load([], 'services.ndjson', 'JSONEachRow');
	expect('documents', ask('SELECT toUInt32(count()) FROM services'), `[${rows}]`);
	expect('an object in them', JSON.parse(ask('SELECT http.title FROM services WHERE port = 8080')), ['=1+1 \\x00\\x1b[31m "\\xff,']);
	expect('verdicts', ask("SELECT toUInt8(has(vulns.id, 'CVE-2024-38475')) FROM services WHERE port = 8080"), '[1]');
	load(['--fields', fields], 'fields.ndjson', 'JSONEachRow');
	expect('fields', ask('SELECT toUInt32(count(last_seen)) FROM services'), `[${rows}]`);
	load(['--csv'], 'services.csv', 'CSVWithNames');
	expect('CSV', ask('SELECT toUInt32(count(last_seen)) FROM services'), `[${rows}]`);
}

Promise.resolve()
	.then(() => (engine === 'duckdb' ? duckdb() : clickhouse()))
	.catch((e) => {
		console.log(`NOT OK: ${engine}: ${e.message}`);
		failures++;
	})
	.then(() => process.exit(failures > 0 ? 1 : 0));
