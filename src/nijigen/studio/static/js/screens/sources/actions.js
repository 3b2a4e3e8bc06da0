/** @file What is done with posts: their files go to the library, or to the workbench. */

import { sources } from '../../api-sources.js';
import { operations } from '../../catalogue.js';
import { attempt, complain, tell } from '../../elements/toast.js';
import { t } from '../../i18n.js';
import { session } from '../../session.js';
import { carryOut, ended, succeeded } from '../commands/confirm.js';

/** @import { Picture, SitePost } from '../../types.js' */

/** What a post is called. @param {SitePost} post */
export const nameOf = ({ post }) => `${post.site ?? ''} ${post.id ?? ''}`.trim();

/** Opens the pictures of posts in the workbench, one after the other; what fails is reported. @param {SitePost[]} posts */
export async function toBench(posts) {
  /** @type {Picture[]} */
  const copies = [];
  for (const post of posts) {
    try {
      copies.push(await sources.copy(post.key));
    } catch (error) {
      complain(error, nameOf(post));
    }
  }
  if (!copies.length) return;
  session.add(copies);
  location.hash = `#/bench${operations.get(session.operation) ? '' : '/upscale.auto'}`;
}

/** Has the files of posts fetched into the library. @param {SitePost[]} posts */
export const toLibrary = (posts) => attempt(async () => {
  const list = posts.map(({ post }) => `${JSON.stringify(post)}\n`).join('');
  const job = await carryOut({ id: 'sources.collect', inputs: { posts: list }, settings: {} });
  if (!job) return false;
  const over = await ended(job);
  if (!succeeded(over)) return false;
  tell(t('sources_collected', { n: over.result?.result?.added ?? posts.length }), { label: t('library'), run: () => { location.hash = '#/library'; } });
  return true;
});
