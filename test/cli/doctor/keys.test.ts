import { examineOnProgram } from '../../support/doctor/corpus.ts';

examineOnProgram('text', 'sources');
