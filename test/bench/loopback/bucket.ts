import { createHash, randomUUID } from 'node:crypto';

export interface ObjectRequest {
  method: string;
  /** Of the key, the bucket left away. */
  key: string;
  query: URLSearchParams;
  body: Buffer;
}
export interface ObjectAnswer {
  operation: string;
  status: number;
  headers?: Record<string, string>;
  body: Buffer | string;
}

const xml = (operation: string, root: string, inner: string): ObjectAnswer => ({
  operation,
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><${root}>${inner}</${root}>`,
});
const etag = (body: Buffer) => ({ etag: `"${createHash('md5').update(body).digest('hex')}"` });

/** S3 over a map of objects: whole and in parts, read and list; what the SDK has to be told and no more. */
export function bucket(objects: Map<string, Buffer>) {
  const uploads = new Map<string, Map<number, Buffer>>();

  function put({ key, query, body }: ObjectRequest): ObjectAnswer {
    const upload = query.get('uploadId');
    if (upload === null) objects.set(key, body);
    else uploads.get(upload)?.set(Number(query.get('partNumber')), body);
    return { operation: upload === null ? 'PutObject' : 'UploadPart', status: 200, headers: etag(body), body: '' };
  }

  function post({ key, query }: ObjectRequest): ObjectAnswer {
    const upload = query.get('uploadId');
    if (upload === null) {
      const id = randomUUID();
      uploads.set(id, new Map());
      return xml('CreateMultipartUpload', 'InitiateMultipartUploadResult', `<UploadId>${id}</UploadId>`);
    }
    const parts = [...(uploads.get(upload) ?? [])].toSorted(([a], [b]) => a - b).map(([, part]) => part);
    uploads.delete(upload);
    objects.set(key, Buffer.concat(parts));
    return xml('CompleteMultipartUpload', 'CompleteMultipartUploadResult', '<ETag>"whole"</ETag>');
  }

  function get({ key, query }: ObjectRequest): ObjectAnswer {
    if (query.has('list-type')) {
      const prefix = query.get('prefix') ?? '';
      const keys = [...objects.keys()].filter((name) => name.startsWith(prefix)).sort();
      const contents = keys.map((name) => `<Contents><Key>${name}</Key></Contents>`).join('');
      return xml('ListObjectsV2', 'ListBucketResult', `<IsTruncated>false</IsTruncated>${contents}`);
    }
    const body = objects.get(key);
    if (body !== undefined) return { operation: 'GetObject', status: 200, body };
    return { ...xml('GetObject', 'Error', '<Code>NoSuchKey</Code><Message>none</Message>'), status: 404 };
  }

  return (request: ObjectRequest): ObjectAnswer => {
    const handlers: Record<string, (request: ObjectRequest) => ObjectAnswer> = { PUT: put, POST: post, GET: get };
    const handler = handlers[request.method];
    return handler?.(request) ?? { operation: request.method, status: 405, body: '' };
  };
}
